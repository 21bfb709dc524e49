// `[data-income]` in a form: the sums of a household's income, while it is typed. Whole 分 as BigInt: no fraction is
// ever rounded but what is left a head, half away from zero as the server does. What the server says after saving counts.
const SIGNS = { wages: 1n, production: 1n, costs: -1n, property: 1n, transfers: 1n, not_counted: 0n };

for (const box of document.querySelectorAll("[data-income]")) watch(box);

function watch(box) {
  const form = box.closest("form");
  const short = form.querySelector("[data-income-short]");
  const people = BigInt(box.dataset.people);
  const show = () => {
    const { sums, unread } = added(form);
    const known = Object.keys(SIGNS).filter((part) => SIGNS[part] && sums[part] !== null);
    const net = known.length && !unread ? known.reduce((sum, part) => sum + SIGNS[part] * sums[part], 0n) : null;
    const perHead = net === null || !people ? null : divided(net, people);
    for (const part of Object.keys(SIGNS)) put(box.querySelector(`[data-sum="${part}"]`), inYuan(sums[part]));
    put(box.querySelector("[data-net]"), inYuan(net));
    put(box.querySelector("[data-per-head]"), inYuan(perHead));
    for (const line of box.querySelectorAll("[data-line]")) {
      const word = perHead === null ? "" : net >= cents(line.dataset.line) * people ? "达到" : "低于";
      put(line.querySelector("[data-verdict]"), word + line.dataset.name);
    }
    if (!short) return;
    short.hidden = false;
    put(short, unread ? `有${unread}处金额无法识别` : `人均纯收入 ${inYuan(perHead)}元`);
  };
  form.addEventListener("input", show);
  show();
}

// The sum of each part in 分, null where nothing is typed; and how many amounts are none.
function added(form) {
  const sums = Object.fromEntries(Object.keys(SIGNS).map((part) => [part, null]));
  let unread = 0;
  for (const field of form.querySelectorAll("input[data-part]")) {
    const amount = cents(field.value);
    if (amount === undefined) unread += 1;
    else if (amount !== null) sums[field.dataset.part] = (sums[field.dataset.part] || 0n) + amount;
  }
  return { sums, unread };
}

// A text in 分: null if it is empty, undefined if it is no amount. As the server reads it: 12,000 and １２０００元 too.
function cents(text) {
  const plain = text.normalize("NFKC").replace(/,/g, "").trim().replace(/元$/, "").trim();
  if (!plain) return null;
  const found = /^\+?([0-9]{0,14})(?:\.([0-9]{0,2})0*)?$/.exec(plain);
  return found && /[0-9]/.test(plain) ? BigInt(found[1] || 0) * 100n + BigInt((found[2] || "").padEnd(2, "0")) : undefined;
}

function divided(amount, by) {
  const size = amount < 0n ? -amount : amount;
  const rounded = (2n * size + by) / (2n * by);
  return amount < 0n ? -rounded : rounded;
}

function inYuan(amount) {
  if (amount === null) return "—";
  const size = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
  const whole = size.slice(0, -2).replace(/\B(?=([0-9]{3})+$)/g, ",");
  const rest = size.slice(-2);
  return `${amount < 0n ? "-" : ""}${whole}${rest === "00" ? "" : `.${rest}`}`;
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
