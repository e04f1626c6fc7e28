/** Every GraphQL document of the pages. */

export const LOG_IN = `
  mutation LogIn($input: LogInInput!) {
    answer: logIn(input: $input) {
      ... on Credentials { accessToken accessTokenExpiresAt refreshToken user { email } }
      ... on Refusal { message }
    }
  }`;

export const REFRESH = `
  mutation Refresh($input: RefreshTokensInput!) {
    answer: refreshTokens(input: $input) {
      ... on Credentials { accessToken accessTokenExpiresAt refreshToken user { email } }
      ... on Refusal { message }
    }
  }`;

export const LOG_OUT = `mutation LogOut { logOut { id } }`;

export const TO_BEGIN_WITH = `# Log in above. What else there is: register, createGroup, createExpense, budgetAlert, …

query Ledgers {
  ledgers {
    edges {
      node {
        id
        name
        balances {
          member { name }
          net { decimal currency }
        }
      }
    }
  }
}

subscription Events($ledgerId: ID!) {
  ledgerEvents(ledgerId: $ledgerId) {
    __typename
    ... on LedgerSnapshot { seq }
    ... on LedgerEvent { seq kind actorName at }
  }
}
`;
