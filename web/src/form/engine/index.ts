// The form engine: a program made by the server runs here with no network. See `api.ts` for what it offers.
export type * from "./api";
