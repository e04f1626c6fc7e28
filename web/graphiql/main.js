/** GraphiQL on our own API, with whoever is logged in above it. */

import "graphiql/style.css";
import "../plain/account.css";
import "./page.css";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

import { authorization } from "../plain/account.js";
import { endpoint, socketEndpoint } from "../plain/api.js";
import { TO_BEGIN_WITH } from "../plain/documents.js";

self.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(`${label}.worker.js`, document.baseURI)),
};

/** What is typed into the header editor goes before who is logged in, over HTTP and websocket alike. */
async function headers({ headers: typed = {} }) {
  const lowerCase = Object.entries(typed).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...(await authorization()), ...Object.fromEntries(lowerCase) };
}

async function fetcher(params, options = {}) {
  const wsClient = createClient({
    url: socketEndpoint,
    connectionParams: () => headers(options), // anew when it comes back: a token may have run out
    retryAttempts: 1,
  });
  const send = createGraphiQLFetcher({ url: endpoint, wsClient });
  return send(params, { ...options, headers: await headers(options) });
}

createRoot(document.querySelector("#graphiql")).render(
  createElement(GraphiQL, { fetcher, defaultQuery: TO_BEGIN_WITH }),
);
