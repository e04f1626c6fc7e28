/** Who uses the page: logs in, keeps the tokens for as long as the tab is open, renews them in time. */

import { ask } from "./api.js";
import { LOG_IN, LOG_OUT, REFRESH } from "./documents.js";

const KEPT = "outgo-credentials";
const EARLY_MILLIS = 30_000;

/** What goes with a request, or into `connection_init`; nothing while nobody is logged in. */
export async function authorization() {
  const credentials = await live();
  return credentials ? { authorization: `Bearer ${credentials.accessToken}` } : {};
}

async function live() {
  const credentials = kept();
  if (!credentials || Date.parse(credentials.accessTokenExpiresAt) - Date.now() > EARLY_MILLIS) {
    return credentials;
  }
  await exchange(REFRESH, { refreshToken: credentials.refreshToken });
  return kept();
}

/** Keep the credentials that the mutation answers with; the answer is why there are none, if so. */
async function exchange(query, input) {
  const { data, errors } = await ask({ query, variables: { input } });
  const credentials = data?.answer.accessToken ? data.answer : null;
  keep(credentials);
  return credentials ? "" : (errors?.[0] ?? data.answer).message;
}

async function logOut() {
  await ask({ query: LOG_OUT }, await authorization());
  keep(null);
}

const kept = () => JSON.parse(sessionStorage.getItem(KEPT));

function keep(credentials) {
  sessionStorage.setItem(KEPT, JSON.stringify(credentials));
  document.querySelectorAll("account-bar").forEach((bar) => bar.show());
}

const FORM = `
  <form>
    <label>Email <input name="email" type="email" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Log in</button>
    <output></output>
  </form>
  <p>Signed in as <b></b> <button type="button">Log out</button></p>`;

class AccountBar extends HTMLElement {
  connectedCallback() {
    this.innerHTML = FORM;
    this.querySelector("form").addEventListener("submit", (event) => this.submit(event));
    this.querySelector("p button").addEventListener("click", logOut);
    this.show();
  }

  async submit(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    const input = { ...said, deviceName: "Web page" };
    const refusal = await exchange(LOG_IN, input).catch((error) => error.message);
    this.querySelector("output").textContent = refusal;
    if (!refusal) event.target.reset();
  }

  show() {
    const email = kept()?.user.email;
    this.querySelector("form").hidden = Boolean(email);
    this.querySelector("p").hidden = !email;
    this.querySelector("b").textContent = email ?? "";
  }
}

customElements.define("account-bar", AccountBar);
