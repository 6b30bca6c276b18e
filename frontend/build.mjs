// Makes what browsers load: one style sheet, one script, and the map island with its worker.
// Everything comes from this folder and node_modules; nothing is fetched when a page is opened.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tokensAsCss } from "./tokens.mjs";
import { fitted } from "./webforms.mjs";

const here = new URL(".", import.meta.url).pathname;
const target = `${here}../src/opendtm_server/ui/static/build`;
const tokens = JSON.parse(await readFile(`${here}../src/opendtm/render/tokens.json`, "utf-8"));
const common = { bundle: true, minify: true, target: ["es2022"], legalComments: "none", logLevel: "warning" };

await mkdir(target, { recursive: true });
await writeFile(`${target}/tokens.css`, tokensAsCss(tokens));
await Promise.all([
  build({ ...common, entryPoints: [`${here}src/main.js`], outfile: `${target}/main.js`, format: "iife" }),
  build({ ...common, entryPoints: [`${here}src/map.js`], outfile: `${target}/map.js`, format: "esm" }),
  build({
    ...common,
    entryPoints: [`${here}node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs`],
    outfile: `${target}/map-worker.js`,
    format: "esm",
  }),
  build({
    ...common,
    entryPoints: [`${here}src/css/app.css`],
    outfile: `${target}/app.css`,
    external: ["fonts/*", "tokens.css"],
  }),
  build({ ...common, entryPoints: [`${here}src/css/map.css`], outfile: `${target}/map.css` }),
  build({ ...common, entryPoints: [`${here}src/fill/main.js`], outfile: `${target}/fill.js`, format: "esm" }),
  build({ ...common, entryPoints: [`${here}src/fill/public.js`], outfile: `${target}/fill-public.js`, format: "esm" }),
  build({ ...common, entryPoints: [`${here}src/fill/worker.js`], outfile: `${target}/fill-worker.js`, format: "iife" }),
  build({
    ...common,
    entryPoints: [`${here}src/fill/form.js`],
    outfile: `${target}/fill-form.js`,
    format: "esm",
    plugins: [fitted],
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
  }),
  build({
    ...common,
    entryPoints: [`${here}src/css/fill.css`],
    outfile: `${target}/fill.css`,
    external: ["fonts/*", "tokens.css"],
  }),
  build({
    ...common,
    entryPoints: [`${here}../src/opendtm/render/templates/report.css`],
    outfile: `${target}/report.css`,
  }),
]);
