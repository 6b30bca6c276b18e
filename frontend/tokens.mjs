// Turns the design tokens, which reports and maps use too, into CSS custom properties.
const TYPE = [12, 14, 17, 20, 24, 29, 35];
const SPACE = [4, 8, 12, 16, 24, 32, 48];

export function tokensAsCss(tokens) {
  const colours = Object.entries(flat(tokens.colour ?? tokens.colours ?? tokens.colors ?? {}));
  const type = TYPE.map((size) => [`type-${size}`, `${size / 16}rem`]);
  const space = SPACE.map((step) => [`space-${step}`, `${step / 16}rem`]);
  const lines = [...colours, ...type, ...space, ["corner", "4px"]].map(([name, value]) => `  --${name}: ${value};`);
  return `:root {\n${lines.join("\n")}\n}\n`;
}

function flat(values, before = "") {
  return Object.entries(values).reduce((all, [name, value]) => {
    const whole = before + name.replaceAll("_", "-");
    if (typeof value === "string") return { ...all, [whole]: value };
    if (Array.isArray(value)) return { ...all, ...flat(Object.fromEntries(value.map((v, i) => [i + 1, v])), `${whole}-`) };
    return { ...all, ...flat(value, `${whole}-`) };
  }, {});
}
