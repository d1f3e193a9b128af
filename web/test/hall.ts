// The pure parts of the meeting screen, open for the tests.
export * from "../src/hall/check";
export * from "../src/hall/queue";
export * from "../src/hall/view";
