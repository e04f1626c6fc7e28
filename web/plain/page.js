/** A document is sent, an answer is shown; a subscription's messages are shown as they come. */

import { authorization } from "./account.js";
import { ask, subscribe } from "./api.js";
import { TO_BEGIN_WITH } from "./documents.js";

const OPERATION = /^\s*(query|mutation|subscription)\s+(\w+)/gm;

const form = document.querySelector("#request");
const results = document.querySelector("#results");
const stopButton = form.querySelector("#stop");
let stop = () => {};

form.elements.document.value = TO_BEGIN_WITH;
form.addEventListener("submit", (event) => (event.preventDefault(), run()));
form.querySelector("#subscribe").addEventListener("click", listen);
stopButton.addEventListener("click", () => stop());

async function run() {
  const payload = read(["query", "mutation"]);
  if (!payload) return;
  try {
    show(await ask(payload, await authorization()));
  } catch (error) {
    show(error.message);
  }
}

async function listen() {
  const payload = read(["subscription"]);
  if (!payload) return;
  stop();
  const end = subscribe(payload, await authorization(), {
    next: show,
    ended: (why) => {
      show(`Subscription ${why}.`);
      if (stop === end) stopButton.disabled = true;
    },
  });
  stop = end;
  stopButton.disabled = false;
}

/** What the form asks for: of several operations the first of these kinds. Nothing if it is not JSON. */
function read(kinds) {
  const query = form.elements.document.value;
  const named = [...query.matchAll(OPERATION)].find(([, kind]) => kinds.includes(kind));
  try {
    const variables = JSON.parse(form.elements.variables.value || "{}");
    return { query, variables, operationName: named?.[2] };
  } catch (error) {
    show(`Variables: ${error.message}`);
  }
}

function show(result) {
  const entry = document.createElement("li");
  const time = document.createElement("time");
  const text = document.createElement("pre");
  time.textContent = new Date().toLocaleTimeString();
  text.textContent = typeof result === "string" ? result : JSON.stringify(result, null, 2);
  entry.append(time, text);
  results.prepend(entry);
}
