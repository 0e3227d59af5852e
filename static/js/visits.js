// <form data-locate>: asks the phone where it is, for a few seconds, before the form is sent.
//
// Whoever refuses, or has no such phone, checks in by time alone: the form is sent all the same.

const PATIENCE = 5000; // ms

function locate(form) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve();
    const late = setTimeout(resolve, PATIENCE + 500);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(late);
        form.elements.latitude.value = coords.latitude;
        form.elements.longitude.value = coords.longitude;
        form.elements.accuracy.value = coords.accuracy;
        resolve();
      },
      () => {
        clearTimeout(late);
        resolve();
      },
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 },
    );
  });
}

for (const form of document.querySelectorAll("form[data-locate]")) {
  const button = form.querySelector("button");
  button.addEventListener("click", async (event) => {
    if (form.dataset.located) return;
    event.preventDefault();
    form.dataset.located = "yes";
    button.disabled = true;
    await locate(form);
    button.disabled = false;
    form.requestSubmit(button);
  });
}
