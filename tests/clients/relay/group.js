// A screen as Relay has it: fragments, a list that loads on, `node` to fetch anew, edits of the list, a stream.
import { graphql } from "relay-runtime";

export const row = graphql`
  fragment group_row on Expense {
    day
    merchant
    amount {
      minor
      currency
    }
    category {
      name
    }
    shares {
      member {
        name
      }
    }
  }
`;
export const list = graphql`
  fragment group_list on Query
  @argumentDefinitions(
    filter: { type: "ExpenseFilterInput" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
  )
  @refetchable(queryName: "groupListQuery") {
    expenses(filter: $filter, first: $first, after: $after) @connection(key: "group_expenses") {
      edges {
        node {
          id
          ...group_row
        }
      }
    }
  }
`;
export const header = graphql`
  fragment group_header on Ledger @refetchable(queryName: "groupHeaderQuery") {
    name
    balances {
      member {
        id
        name
      }
      net {
        minor
        currency
      }
    }
  }
`;
export const screen = graphql`
  query groupScreenQuery($id: ID!, $filter: ExpenseFilterInput) {
    node(id: $id) {
      ...group_header @alias(as: "header")
    }
    ...group_list @arguments(filter: $filter)
  }
`;
export const remove = graphql`
  mutation groupDeleteMutation($id: ID!, $lists: [ID!]!) {
    deleteExpense(id: $id) {
      ... on Expense {
        id @deleteEdge(connections: $lists)
      }
      ... on Refusal {
        code
        message
      }
    }
  }
`;
export const add = graphql`
  mutation groupCreateMutation($input: CreateExpenseInput!, $lists: [ID!]!) {
    createExpense(input: $input) @prependNode(connections: $lists, edgeTypeName: "ExpenseEdge") {
      ... on Expense {
        ...group_row @alias(as: "row")
      }
    }
  }
`;
export const news = graphql`
  subscription groupNewsSubscription($id: ID!, $after: BigInt) {
    balanceChanged(ledgerId: $id, after: $after) {
      ... on BalanceSnapshot {
        seq
        balances {
          member {
            id
          }
          net {
            minor
            currency
          }
        }
      }
      ... on BalanceChange {
        seq
        balances {
          member {
            id
          }
          net {
            minor
            currency
          }
        }
      }
    }
  }
`;
