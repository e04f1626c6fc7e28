// The reference client of GraphQL over server-sent events, one request per stream.
import { createClient } from "graphql-sse";

const [url, token, id] = process.argv.slice(2);
const client = createClient({ url, headers: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
const EVENTS = "subscription ($id: ID!) { ledgerEvents(ledgerId: $id) { __typename } }";
const first = async (operation) => {
  for await (const { data } of client.iterate(operation)) return data;
};
const query = await first({ query: "{ me { name } }" });
const event = await first({ query: EVENTS, variables: { id } });
client.dispose();
console.log(JSON.stringify({ query, event }));
