// Apollo Client: its cache must take up by `id` what a mutation answers, and a stream must reach it.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { LEDGER, NEWS, RENAME } from "./documents.mjs";

const [http, ws, token, id] = process.argv.slice(2);
const authorization = `Bearer ${token}`;
const socket = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: { authorization } });
const client = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes: { Refusal: ["Invalid", "NotFound", "Forbidden", "Conflict"] } }),
  link: ApolloLink.split(
    ({ operationType }) => operationType === "subscription",
    new GraphQLWsLink(socket),
    new HttpLink({ uri: http, headers: { authorization } }),
  ),
});

const names = [];
const variables = { id };
const before = (await client.query({ query: gql(LEDGER), variables })).data.ledger;
const watching = client
  .watchQuery({ query: gql(LEDGER), variables, fetchPolicy: "cache-only" })
  .subscribe(({ data }) => names.push(data.ledger.name));
const input = { ledgerId: id, ifVersion: before.version, name: "By Apollo" };
await client.mutate({ mutation: gql(RENAME), variables: { input } });
const snapshot = await new Promise((resolve, reject) => {
  client.subscribe({ query: gql(NEWS), variables }).subscribe({ next: resolve, error: reject });
});
const stale = await client.mutate({
  mutation: gql(RENAME),
  variables: { input: { ...input, name: "Late" } },
});
watching.unsubscribe();
await socket.dispose();
client.stop();
console.log(
  JSON.stringify({
    names,
    snapshot: snapshot.data.ledgerEvents.ledger.name,
    stale: stale.data.renameLedger.code,
  }),
);
