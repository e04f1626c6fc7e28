// What the two caching clients are asked to do, in the same words.
export const LEDGER = "query Ledger($id: ID!) { ledger(id: $id) { id name version } }";
export const RENAME = `
  mutation Rename($input: RenameLedgerInput!) {
    renameLedger(input: $input) {
      __typename
      ... on Ledger { id name version }
      ... on Refusal { code message }
    }
  }`;
export const NEWS = `
  subscription News($id: ID!) {
    ledgerEvents(ledgerId: $id) {
      __typename
      ... on LedgerSnapshot { seq ledger { id name version } }
      ... on LedgerEvent { seq kind }
    }
  }`;
