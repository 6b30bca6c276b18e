// Turns the design tokens, which reports and maps use too, into CSS custom properties.
export function tokensAsCss(tokens) {
  const colours = Object.entries(flat(tokens.colour));
  const type = tokens.type.screen_px.map((size) => [`type-${size}`, `${size / 16}rem`]);
  const space = tokens.space.screen_px.map((step) => [`space-${step}`, `${step / 16}rem`]);
  const corner = [["corner", `${tokens.space.corner_px}px`]];
  const lines = [...colours, ...type, ...space, ...corner].map(([name, value]) => `  --${name}: ${value};`);
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
