// Second factors: a security key is asked through the browser, and its answer is sent as the form's hidden field.  Codes
// are printed, and a form that waited for the confirmation of its person goes on by itself.

const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list ?? []).map((entry) => ({ ...entry, id: fromText(entry.id) }));

function asked(kind, options) {
  const wanted = { ...options.publicKey, challenge: fromText(options.publicKey.challenge) };
  if (kind === "get") return navigator.credentials.get({ publicKey: { ...wanted, allowCredentials: withIds(wanted.allowCredentials) } });
  wanted.user = { ...wanted.user, id: fromText(wanted.user.id) };
  return navigator.credentials.create({ publicKey: { ...wanted, excludeCredentials: withIds(wanted.excludeCredentials) } });
}

/** What the browser answered, with its bytes as text; only the parts that the server reads. */
function told(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const { id, type } = credential;
  return { id, rawId: toText(credential.rawId), type, response, clientExtensionResults: credential.getClientExtensionResults() };
}

async function hold(button) {
  const form = button.closest("form");
  const problem = form.querySelector("[data-key-problem]");
  problem.hidden = true;
  try {
    const credential = await asked(form.dataset.keyCeremony, JSON.parse(form.dataset.keyOptions));
    form.elements.credential.value = JSON.stringify(told(credential));
  } catch {
    // The person broke off, the key is none of ours, or this browser knows no keys here.
    problem.hidden = false;
    return;
  }
  form.requestSubmit();
}

export function startFactors() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key-starts]");
    if (button) hold(button);
    if (event.target.closest("[data-prints]")) window.print();
  });
  document.querySelector("form[data-sends-itself]")?.requestSubmit();
}
