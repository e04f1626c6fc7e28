/** Bundles GraphiQL and what it needs into `static`, so that the page asks nobody but Outgo for anything. */

import { copyFile, rm } from "node:fs/promises";
import { build } from "esbuild";

const STATIC = "static";
const common = { bundle: true, minify: true, outdir: STATIC, logLevel: "warning" };

await rm(STATIC, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: ["graphiql/main.js"],
  format: "esm",
  splitting: true,
  loader: { ".ttf": "file" },
});
await build({
  ...common,
  entryPoints: {
    "editorWorkerService.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  format: "iife",
});
await copyFile("graphiql/index.html", `${STATIC}/index.html`); // last: it says that the rest is there
