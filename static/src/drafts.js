// `form[data-draft]`: what is typed is sent to the form's own address a moment after the last key, and kept there as
// a draft. "waits": an earlier draft is offered, and nothing is sent before the user has decided about it.
const PAUSE = 2500;
const RETRY = 10000;
const KEEPALIVE_BYTES = 60000; // A browser sends no more than 64 KB for a page that is being left.

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);

function watch(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let changed = false;
  let sending = null;

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", () => {
    refreshToken(form);
    clearTimeout(timer);
    changed = false;
    if (sending) sending.abort();
  });
  window.addEventListener("pagehide", () => {
    if (changed && !form.dataset.sent) send(true);
  });
  document.addEventListener("visibilitychange", () => {
    if (changed && !form.dataset.sent) send(document.visibilityState === "hidden");
  });

  function touched(event) {
    if (event.target.type === "file") return;
    if (form.dataset.draft === "waits") {
      say("有草稿未处理：请先在页面上方选择恢复或放弃，之后才会自动暂存。");
      return;
    }
    changed = true;
    later(PAUSE);
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  async function send(leaving) {
    clearTimeout(timer);
    const body = content(form);
    const options = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" };
    if (leaving === true) {
      if (body.toString().length < KEEPALIVE_BYTES) fetch(address(form), { ...options, keepalive: true }).catch(() => {});
      return;
    }
    changed = false;
    if (sending) sending.abort();
    const mine = (sending = new AbortController());
    try {
      const answer = await fetch(address(form), { ...options, signal: mine.signal });
      told(answer.status, await read(answer));
    } catch (error) {
      if (error.name !== "AbortError") failed("草稿未能保存（网络不通），您填写的内容还在页面上。");
    } finally {
      if (sending === mine) sending = null;
    }
  }

  function told(status, answer) {
    if (status === 200 && answer.kept) {
      say(`草稿已保存 ${answer.kept}`);
    } else if (status === 401) {
      const kept = answer.kept ? `内容已存为草稿 ${answer.kept}` : "内容还在页面上";
      failed(`登录已过期，${kept}。`, answer.login);
    } else if (answer.said) {
      say(answer.said);
    } else {
      failed("草稿未能保存，您填写的内容还在页面上。");
    }
  }

  function failed(text, login) {
    changed = true;
    later(RETRY);
    say(text);
    if (!login) return;
    const link = document.createElement("a");
    link.href = login;
    link.target = "_blank";
    link.textContent = "在新窗口重新登录";
    status.append(" ", link, "，然后回到本页继续。");
  }

  function say(text) {
    if (status && status.textContent !== text) status.textContent = text;
  }
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    return {}; // A page, not our answer: an error, or a proxy between.
  }
}

function content(form) {
  refreshToken(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.set("what", "draft");
  return body;
}

function address(form) {
  return form.getAttribute("action") || location.pathname;
}

// Whoever has logged in again in another window has a new token: the page goes on with it.
function refreshToken(form) {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  if (cookie && field) field.value = cookie[1];
}
