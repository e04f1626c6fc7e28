/** Our API as a page speaks to it: requests over HTTP, subscriptions by the graphql-transport-ws protocol. */

export const endpoint = new URL("../graphql", document.baseURI).href;
export const socketEndpoint = endpoint.replace(/^http/, "ws");

export async function ask(payload, headers = {}) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(payload),
  });
  return response.json();
}

/**
 * One subscription on a socket of its own. `next` hears every result, `ended` hears why there are no more.
 * The answer is a function that ends it.
 */
export function subscribe(payload, headers, { next, ended }) {
  const socket = new WebSocket(socketEndpoint, "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  const close = () => socket.close(1000);
  const react = {
    connection_ack: () => send({ id: "1", type: "subscribe", payload }),
    ping: () => send({ type: "pong" }),
    next: (message) => next(message.payload),
    error: (message) => (next({ errors: message.payload }), close()),
    complete: close,
  };
  socket.onopen = () => send({ type: "connection_init", payload: headers });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    react[message.type]?.(message);
  };
  socket.onclose = ({ code, reason }) =>
    ended(code === 1000 ? "ended" : `closed with ${code} ${reason}`.trim());
  return close;
}
