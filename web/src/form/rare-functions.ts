// What `lazy.ts` loads for forms that call functions which few forms call.
export { rare } from "./engine/rare";
