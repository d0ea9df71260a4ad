// The log-in page of a demo city: one click on a person fills the form in.

export function startLogin() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-demo-code]");
    if (!button) return;
    const code = document.getElementById("id_login");
    const password = document.getElementById("id_password");
    code.value = button.dataset.demoCode;
    password.value = button.closest("[data-demo-password]").dataset.demoPassword;
    password.form.querySelector("button.main").focus();
  });
}
