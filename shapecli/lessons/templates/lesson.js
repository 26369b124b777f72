"use strict";
// Live figures say how high they are.
window.addEventListener("message", (event) => {
  for (const frame of document.querySelectorAll("iframe"))
    if (event.source === frame.contentWindow && Number.isFinite(event.data?.height))
      frame.style.height = `${Math.min(2000, Math.max(200, event.data.height + 4))}px`;
});
// Every slider shows one of some pictures: a place in a film, or the curves of a plot.
for (const mover of document.querySelectorAll(".mover")) {
  const figure = mover.closest("figure"), [button, slider, output] = mover.children;
  const labels = JSON.parse(slider.dataset.labels), strip = figure.querySelector(".strip");
  const curves = [...figure.querySelectorAll("path[data-frames]")].map((path) => [path, JSON.parse(path.dataset.frames)]);
  const show = () => {
    const place = Number(slider.value);
    output.textContent = labels[place];
    slider.setAttribute("aria-valuetext", labels[place]);
    if (strip) strip.setAttribute("y", -place * strip.dataset.step);
    for (const [path, frames] of curves) path.setAttribute("d", frames[place]);
  };
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) === labels.length - 1) slider.value = 0;
    show();
    button.textContent = "Stop";
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) === labels.length - 1) stop();
    }, 120);
  });
  slider.addEventListener("input", () => { stop(); show(); });
  show();
}
