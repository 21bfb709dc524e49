// `input[data-tells]`: what a personal number tells is asked while it is typed, and said below it. Sex and birth date of
// the same row follow from it; Enter then passes them by. Saving checks everything again.
const PAUSE = 250;
const LEAST = 15; // As short as an old number, which deserves its own sentence.
const WHOLE = 18;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("input[data-tells]") || event.isComposing) return;
  clearTimeout(field.timer);
  const number = field.value.trim();
  if (number.length < LEAST) return say(field, {});
  // Whoever has typed the last character goes on at once.
  field.timer = setTimeout(() => ask(field, number), number.length === WHOLE ? 0 : PAUSE);
});
document.addEventListener("compositionend", (event) => {
  if (event.target.matches("input[data-tells]")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

async function ask(field, number) {
  const body = new URLSearchParams({ number, csrfmiddlewaretoken: field.form.querySelector("[name=csrfmiddlewaretoken]").value });
  let answer = {};
  try {
    const response = await fetch(field.dataset.tells, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
    if (response.ok) answer = await response.json();
  } catch {
    return; // Without network nothing is said: saving will.
  }
  if (field.value.trim() !== number) return;
  say(field, answer);
  follow(field, "sex", answer.sex);
  follow(field, "birth_date", answer.birth_date);
}

// What was typed by hand stays; what followed from an earlier number gives way.
function follow(field, name, value) {
  const other = field.form.elements[field.name.replace(/id_number$/, name)];
  if (!other || (other.value && !other.dataset.follows)) return;
  other.value = value || "";
  if (value) other.dataset.follows = "yes";
  else delete other.dataset.follows;
}

function say(field, answer) {
  let said = field.parentElement.querySelector(".told");
  if (!said) {
    if (!answer.wrong && !answer.text) return;
    said = document.createElement("div");
    said.className = "told";
    said.setAttribute("role", "status");
    field.after(said);
  }
  said.textContent = answer.wrong ? `✗ ${answer.wrong}` : answer.text || "";
  said.classList.toggle("told--wrong", Boolean(answer.wrong));
  if (!answer.known) return;
  const known = document.createElement(answer.url ? "a" : "strong");
  known.textContent = `⚠ ${answer.known}`;
  if (answer.url) Object.assign(known, { href: answer.url, target: "_blank" });
  said.append(document.createElement("br"), known);
}

// A field that is changed by hand no longer follows.
document.addEventListener("input", (event) => {
  if (event.isTrusted) delete event.target.dataset.follows;
});
