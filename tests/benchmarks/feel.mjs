// Evaluations per second of feelin: reads {seconds, context, expressions: [[text, meant]]}, writes {rate}.
import { readFileSync } from "node:fs";
import { evaluate } from "feelin";

const { seconds, context, expressions } = JSON.parse(readFileSync(0, "utf8"));
const plain = (found) => (found !== null && typeof found === "object" && "value" in found ? found.value : found);
for (const [text, meant] of expressions) {
  const found = plain(evaluate(text, context));
  const right = typeof meant === "number" ? Math.abs(Number(found) - meant) < 1e-6 : found === meant;
  if (!right) {
    console.error(`${text} gave ${JSON.stringify(found)}, expected ${JSON.stringify(meant)}`);
    process.exit(1);
  }
}
const began = performance.now();
let done = 0;
while (performance.now() - began < seconds * 1000) {
  for (const [text] of expressions) evaluate(text, context);
  done += expressions.length;
}
console.log(JSON.stringify({ rate: (done * 1000) / (performance.now() - began) }));
