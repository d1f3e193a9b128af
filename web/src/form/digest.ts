// What `lazy.ts` loads for forms that call digest().
export { digest } from "./engine/digest";
