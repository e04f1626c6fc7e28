// Plays the files of the guide for frontend developers: one user, both clients, a lost socket, no network for a while.
import { gql } from "@apollo/client";
import WebSocket from "ws";

const [folder, url, ws, email, password, ledgerId, photo] = process.argv.slice(2);
const { Session, SessionOver } = await import(`${folder}/session.js`);
const { client: urql } = await import(`${folder}/urql.js`);
const { client: apollo } = await import(`${folder}/apollo.js`);
const { CREATE, spent } = await import(`${folder}/spend.js`);
const { socket, follow } = await import(`${folder}/live.js`);
const { upload } = await import(`${folder}/upload.js`);
const { Outbox } = await import(`${folder}/outbox.js`);
const { sender } = await import(`${folder}/send.js`);
const { openAsBlob } = await import("node:fs");

class Storage extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, text) => this.set(name, text);
}
const kept = (storage) => JSON.parse(storage.getItem("session"));
const said = {};

// Logging in; a token that has run out is exchanged once, however many ask.
const storage = new Storage();
const session = new Session(url, storage);
await session.logIn(email, password, "guide");
const first = kept(storage);
storage.setItem("session", JSON.stringify({ ...first, accessTokenExpiresAt: new Date().toISOString() }));
const [one, other] = await Promise.all([session.token(), session.token()]);
said.refreshed = one === other && kept(storage).refreshToken !== first.refreshToken;
said.wrong = await new Session(url, new Storage())
  .logIn(email, "not my password", "guide")
  .catch((refused) => refused instanceof SessionOver && refused.message);

// Both clients page through what they and the other have written; a refusal is data.
const EXPENSES = `query Expenses($filter: ExpenseFilterInput, $after: String) {
  expenses(filter: $filter, first: 2, after: $after) {
    edges { node { id merchant } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const withUrql = urql(session);
const withApollo = apollo(session);
const create = (input) => withUrql.mutation(CREATE, { input }).toPromise();
for (const merchant of ["one", "two", "three"]) await create(spent(ledgerId, merchant, 100));
said.refused = (await create(spent(ledgerId, "4".repeat(1000), 400))).data.createExpense.__typename;
const filter = { ledgerId };
const watched = withApollo.watchQuery({ query: gql(EXPENSES), variables: { filter } });
const shown = await new Promise((resolve) => {
  watched.subscribe(({ data, loading }) => loading || resolve(data));
});
const after = shown.expenses.pageInfo.endCursor;
await watched.fetchMore({ variables: { after } });
const together = withApollo.readQuery({ query: gql(EXPENSES), variables: { filter } });
said.apollo = together.expenses.edges.map(({ node }) => node.merchant);
await withUrql.query(EXPENSES, { filter }).toPromise();
const both = await withUrql.query(EXPENSES, { filter, after }).toPromise();
said.urql = both.data.expenses.edges.map(({ node }) => node.merchant);

// A stream that loses its socket and misses nothing, also what happened meanwhile.
const line = socket(ws, session, WebSocket);
const heard = [];
for await (const message of follow(line, ledgerId)) {
  if (message.__typename === "Heartbeat") continue;
  heard.push(message.kind ?? message.__typename);
  if (heard.length === 1) await create(spent(ledgerId, "five", 500));
  if (heard.length === 2) {
    line.terminate();
    await create(spent(ledgerId, "six", 600));
    await create(spent(ledgerId, "seven", 700));
  }
  if (heard.length === 4) break;
}
await line.dispose();
said.heard = heard;

// A photograph, sent twice.
const file = await openAsBlob(photo);
const receipt = "01970000-0000-7000-8000-000000000001";
const uploads = [await upload(session, ledgerId, file, receipt), await upload(session, ledgerId, file, receipt)];
said.upload = uploads.map(({ status }) => status).concat(uploads[0].id === uploads[1].id);

// An outbox: the network is away, then loses an answer, then the server is busy, then all is well.
const network = ["away", "lost", "busy"];
const done = [];
const unsteady = {
  url,
  fetch: async (...request) => {
    const trouble = network.shift();
    if (trouble === "away") throw new TypeError("fetch failed");
    if (trouble === "busy") return Response.json({ errors: [{ message: "Busy.", extensions: { retryable: true } }] });
    const answer = await session.fetch(...request);
    if (trouble === "lost") throw new TypeError("fetch failed");
    return answer;
  },
};
const outbox = new Outbox(new Storage(), sender(unsteady), (input, answer) => done.push([input.merchant, answer.__typename]));
await outbox.add(spent(ledgerId, "eight", 800));
said.offline = [done.length, outbox.entries.length];
await outbox.add(spent(ledgerId, "nine", 900));
await outbox.flush();
said.busy = [done.length, outbox.entries.length];
await outbox.flush();
said.outbox = done;
said.left = outbox.entries.length;

console.log(JSON.stringify(said));
process.exit(0);
