// urql: queries, a mutation and a stream through its own exchanges.
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { LEDGER, NEWS, RENAME } from "./documents.mjs";

const [http, ws, token, id] = process.argv.slice(2);
const authorization = `Bearer ${token}`;
const socket = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: { authorization } });
const forwardSubscription = (request) => ({
  subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query }, sink) }),
});
const client = new Client({
  url: http,
  preferGetMethod: false,
  fetchOptions: { headers: { authorization } },
  exchanges: [cacheExchange, fetchExchange, subscriptionExchange({ forwardSubscription })],
});

const names = [];
const events = [];
const variables = { id };
const before = (await client.query(LEDGER, variables)).data.ledger;
const watching = client.query(LEDGER, variables).subscribe(({ data }) => names.push(data.ledger.name));
const heard = new Promise((resolve) => {
  client.subscription(NEWS, variables).subscribe(({ data }) => {
    events.push(data.ledgerEvents.kind ?? data.ledgerEvents.__typename);
    if (events.length === 1) rename();
    else resolve();
  });
});
const rename = () =>
  client
    .mutation(RENAME, { input: { ledgerId: id, ifVersion: before.version, name: "By urql" } })
    .toPromise();
await heard;
while (names.at(-1) !== "By urql") await new Promise((resolve) => setTimeout(resolve, 20));
watching.unsubscribe();
await socket.dispose();
console.log(JSON.stringify({ names: [...new Set(names)], events }));
