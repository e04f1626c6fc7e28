// Asks the server what Relay's compiler made of a screen's fragments, and for the list's next page.
const [folder, url, token, id, filter] = process.argv.slice(2);
const compiled = async (name) =>
  (await import(`${folder}/__generated__/${name}.graphql.js`)).default.params.text;
const ask = async (query, variables) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};
const variables = { id, filter: JSON.parse(filter), first: 2 };
const screen = await ask(await compiled("groupScreenQuery"), variables);
const list = await compiled("groupListQuery");
const merchants = [];
let after = null;
do {
  const { expenses } = await ask(list, { ...variables, after });
  merchants.push(...expenses.edges.map(({ node }) => node.merchant));
  after = expenses.pageInfo.hasNextPage ? expenses.pageInfo.endCursor : null;
} while (after);
console.log(JSON.stringify({ name: screen.node.name, merchants }));
