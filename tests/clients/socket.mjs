// The reference client of graphql-transport-ws: a stream that counts, an error, a query, a clean end.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, ledgerId] = process.argv.slice(2);
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  keepAlive: 50,
  connectionParams: { authorization: `Bearer ${token}` },
});
const seen = { pongs: 0 };
client.on("pong", (received) => {
  seen.pongs += received ? 1 : 0;
});

const EVENTS = "subscription ($id: ID!) { ledgerEvents(ledgerId: $id) { __typename } }";
const first = async (operation) => {
  for await (const { data } of client.iterate(operation)) return data;
};
seen.query = await first({ query: "{ me { name } }" });
seen.event = await first({ query: EVENTS, variables: { id: ledgerId } });
seen.refused = await first({ query: "{ nothing }" }).catch((errors) => errors.map((error) => error.message));
while (seen.pongs === 0) await new Promise((resolve) => setTimeout(resolve, 20));
await client.dispose();
console.log(JSON.stringify(seen));
