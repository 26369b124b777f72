(() => { // names of its own: window has a status, and more
"use strict";
if (window.parent !== window) { // in a frame of another page, which is told how high it should be
  document.documentElement.classList.add("embedded");
  const tell = () => window.parent.postMessage({ height: document.querySelector("main").offsetHeight }, "*");
  new ResizeObserver(tell).observe(document.querySelector("main"));
}
const data = JSON.parse(document.getElementById("data").textContent);
/* FIGURE */

// --- what is shown ---------------------------------------------------------------------------------

const STYLES = data.field ? data.styles : data.styles.slice(0, 1);
const REST = 160; // milliseconds without a change, after which the picture is drawn finely
const SAMPLES = 1 << 23; // that are held at a time
const scripted = location.hash.includes("canvas"); // asked once, for links are written anew
const DEEP = 1e-6; // of the coordinates
const COARSE = 2, FINE = 4; // samples on a side of each pixel
const [X0, X1, Y0, Y1] = data.window;
const start = () => ({
  x: (X0 + X1) / 2, y: (Y0 + Y1) / 2, zoom: 1, n: data.n, crisp: data.crisp, style: data.style,
  values: data.parameters.map((one) => one.value), on: data.primitives.map(() => true),
});
let state = start();

/** The window that a picture shows: that of the figure, widened to the picture's shape, moved and zoomed. */
const windowOf = (width, height) => {
  let across = (X1 - X0) / state.zoom, down = (Y1 - Y0) / state.zoom;
  if (across * height < down * width) across = down * width / height;
  else down = across * height / width;
  return { x0: state.x - across / 2, y1: state.y + down / 2, pixel: across / width, width, height };
};
const fillRegions = data.layers.filter((layer) => !layer.curve);
const penned = () => data.layers.filter((layer) => layer.stroke || (state.style === "owners" && !layer.curve));

/** Amounts of light of colours, and back: IEC 61966-2-1. */
const linear = (channel) => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
};
const encoded = (light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055);
/** Of a colour that varies from place to place the opacity counts alone, unless it is asked for at a point. */
const varies = (colour) => colour.shade !== undefined;
const shadeAt = (colour, x, y) => figure.shades[colour.shade](x, y, state.n, state.values, state.crisp);
const lightOf = (colour) => varies(colour) ? [0, 0, 0, 1]
  : [linear(colour[0]), linear(colour[1]), linear(colour[2]), (colour[3] ?? 255) / 255];

// --- levels ----------------------------------------------------------------------------------------

const primitivesAt = (x, y) => figure.primitives(x, y, state.n, state.values, state.crisp);
const layerCode = (place) => state.crisp ? figure.layers[place].crisp : figure.layers[place].soft;
const levelsAt = (x, y) => {
  const level = primitivesAt(x, y);
  return fillRegions.map((layer) => layerCode(layer.place)(level, state.on, null));
};

/** Everything about a point: of the topmost layer that holds it, or the nearest one. */
const at = (x, y) => {
  const level = primitivesAt(x, y), found = [];
  for (const layer of fillRegions) {
    const weights = data.primitives.map(() => 0);
    found.push({ layer, weights, level: layerCode(layer.place)(level, state.on, weights) });
  }
  const holding = found.filter((one) => one.level <= 0).pop();
  const chosen = holding || found.reduce((a, b) => a && a.level <= b.level ? a : b, null);
  return { primitives: level, chosen };
};

// --- pens: lines where a number is zero, and pixels near them -----------------------------------------

const HALVINGS = 12, CONTINUOUS = 0.5;

/** Where f changes its sign, in pieces [x, y, x, y, ...] in pixels from the top left. */
const trace = (f, view, step, margin, jumps) => {
  const columns = Math.ceil((view.width + 2 * margin) / step) + 1;
  const rows = Math.ceil((view.height + 2 * margin) / step) + 1;
  const at = (px, py) => f(view.x0 + px * view.pixel, view.y1 - py * view.pixel);
  const place = (k) => k * step - margin;
  const root = (ax, ay, a, bx, by, b) => {
    const before = Math.abs(a - b);
    for (let k = 0; k < HALVINGS; k++) {
      const mx = (ax + bx) / 2, my = (ay + by) / 2, m = at(mx, my);
      if ((m <= 0) === (a <= 0)) [ax, ay, a] = [mx, my, m];
      else [bx, by, b] = [mx, my, m];
    }
    if (!jumps && !(Math.abs(a - b) <= CONTINUOUS * before)) return null;
    const share = Number.isFinite(a - b) && a !== b ? a / (a - b) : 0.5;
    return [ax + share * (bx - ax), ay + share * (by - ay)];
  };
  let above = null;
  const pieces = [];
  for (let j = 0; j < rows; j++) {
    const here = new Float64Array(columns);
    for (let i = 0; i < columns; i++) here[i] = at(place(i), place(j));
    for (let i = 0; above && i + 1 < columns; i++) {
      const corner = [above[i], above[i + 1], here[i + 1], here[i]];
      const signs = corner.map((value) => value <= 0);
      if (signs[0] === signs[1] && signs[1] === signs[2] && signs[2] === signs[3]) continue;
      if (corner.some(Number.isNaN)) continue;
      const [x, y, u, v] = [place(i), place(j - 1), place(i + 1), place(j)];
      const ends = [[x, y], [u, y], [u, v], [x, v]], cuts = [];
      for (let k = 0; k < 4; k++) {
        const other = (k + 1) % 4;
        if (signs[k] !== signs[other]) cuts.push(root(...ends[k], corner[k], ...ends[other], corner[other]));
      }
      if (cuts.length === 4 && (at((x + u) / 2, (y + v) / 2) <= 0) === signs[0]) cuts.push(cuts.shift());
      for (let k = 0; k + 1 < cuts.length; k += 2)
        if (cuts[k] && cuts[k + 1]) pieces.push(...cuts[k], ...cuts[k + 1]);
    }
    above = here;
  }
  return pieces;
};

/** How much of each pixel is under a pen that is led along pieces: bytes, row by row. */
const penOf = (pieces, width, view) => {
  const reach = width / 2 + 1, nearest = new Float32Array(view.width * view.height).fill(reach * reach);
  for (let k = 0; k < pieces.length; k += 4) {
    const [ax, ay, bx, by] = pieces.slice(k, k + 4);
    const dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
    const right = Math.min(view.width - 1, Math.ceil(Math.max(ax, bx) + reach));
    const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
    const bottom = Math.min(view.height - 1, Math.ceil(Math.max(ay, by) + reach));
    for (let j = top; j <= bottom; j++)
      for (let i = left; i <= right; i++) {
        const px = i + 0.5 - ax, py = j + 0.5 - ay;
        const share = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0;
        const distance = (px - share * dx) ** 2 + (py - share * dy) ** 2, place = j * view.width + i;
        if (distance < nearest[place]) nearest[place] = distance;
      }
  }
  const found = new Uint8Array(nearest.length);
  for (let k = 0; k < found.length; k++)
    if (nearest[k] < reach * reach)
      found[k] = Math.round(255 * Math.min(1, Math.max(0, Math.min(width / 2 + 0.5 - Math.sqrt(nearest[k]), width))));
  return found;
};

/** Those of a layer: the boundary of a region, or the curves that it is made of, cut by their regions. */
const drawnPen = (layer, view, step, ratio) => {
  const width = layer.width * ratio, margin = Math.ceil(width / 2) + 2;
  if (!layer.curve) {
    const code = layerCode(layer.place);
    return penOf(trace((x, y) => code(primitivesAt(x, y), state.on, null), view, step, margin, true), width, view);
  }
  const found = new Uint8Array(view.width * view.height);
  for (const part of figure.curves[layer.place][state.crisp ? "crisp" : "soft"]) {
    const field = (x, y) => part.field(x, y, state.n, state.values, state.crisp);
    const pen = penOf(trace(field, view, step, margin, false), width, view);
    for (let k = 0; k < pen.length; k++) {
      if (!pen[k]) continue;
      const share = pen[k] * insideShare(part.cuts, view, k % view.width, Math.floor(k / view.width));
      found[k] = Math.max(found[k], Math.round(share));
    }
  }
  return found;
};
const insideShare = (cuts, view, column, row) => {
  let count = 0;
  for (let j = 0; j < FINE; j++)
    for (let i = 0; i < FINE; i++) {
      const x = view.x0 + (column + (i + 0.5) / FINE) * view.pixel;
      const y = view.y1 - (row + (j + 0.5) / FINE) * view.pixel;
      if (cuts(x, y, state.n, state.values, state.crisp).every((level) => level <= 0)) count++;
    }
  return count / (FINE * FINE);
};

// --- pictures by WebGL ------------------------------------------------------------------------------

const REGIONS = fillRegions.length;
const VERTEX = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;

const WORDS = Math.max(1, Math.ceil(REGIONS / 32)); // of bits, one for each region
const MOST_REGIONS = 128;
const PRELUDE = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
precision highp sampler2DArray;
#define LAYERS ${Math.max(1, REGIONS)}
uniform bool crisp;
${data.glsl}
uniform vec4 view; // x0, y1, the size of a pixel, the height in pixels
`;

/** Which regions hold the samples of some rows: a picture of bits, with every sample a pixel.  A loop over the
    samples of a pixel would be one shader, but some compilers need minutes for figures in loops. */
const BITS = `${PRELUDE}
uniform float top, side; // the first row, samples on a side of a pixel
out uvec4 bits;
void main() {
  float found[LAYERS];
  vec2 sample_ = gl_FragCoord.xy / side;
  primitives(vec2(view.x + sample_.x * view.z, view.y - (top + sample_.y) * view.z));
  levels(found);
  bits = uvec4(0u);
  ${fillRegions.map((layer, k) => `bits[${k >> 5}] |= found[${k}] <= 0.0 ? ${(2 ** (k % 32)).toFixed(0)}u : 0u;`).join("\n  ")}
}`;

const fragment = (style) => {
  const steps = [], region = (layer) => fillRegions.indexOf(layer);
  const cover = (layer) => style === "soft"
    ? `1.0 / (1.0 + exp(clamp(found[${region(layer)}], -80.0, 80.0)))` : `covered(${region(layer)})`;
  const shadeOr = (ink, plain) => ink && varies(ink) ? `shade_${ink.shade}(place(pixel()))` : `vec4(${plain}.rgb, 1.0)`;
  const ground = data.backgrounds[style];
  if (varies(ground)) steps.push(`shaded(result, shade_${ground.shade}(place(pixel())), 1.0);`);
  if (style === "field") steps.push("shade_field(result);");
  data.layers.forEach((layer, place) => {
    if (!layer.curve && style === "owners")
      steps.push(`over(result, light_${layer.place}(), fills[${place}].a *
        ${region(layer) === 0 ? `(0.3 + 0.7 * ${cover(layer)})` : cover(layer)});`);
    else if (layer.fill && style !== "field")
      steps.push(`shaded(result, ${shadeOr(layer.fill, `fills[${place}]`)}, fills[${place}].a * ${cover(layer)});`);
    if (layer.stroke || (style === "owners" && !layer.curve))
      steps.push(`shaded(result, ${shadeOr(layer.stroke, `strokes[${place}]`)}, strokes[${place}].a * pen(${place}));`);
  });
  return `${PRELUDE}
uniform int top, side;
uniform vec4 background, fills[${data.layers.length}], strokes[${data.layers.length}];
uniform usampler2D bits;
uniform sampler2DArray pens;
uniform sampler2D table;
uniform vec2 field_span; // L at the end of the colours, L between lines
${style === "owners" ? `uniform vec3 colours[${Math.max(1, data.primitives.length)}];\n${data.owners}
${fillRegions.map((layer) => `vec3 light_${layer.place}() {
  return crisp ? crisp_light_${layer.place}() : soft_light_${layer.place}();
}`).join("\n")}` : ""}
out vec4 colour;
vec2 place(vec2 pixel) { return vec2(view.x + pixel.x * view.z, view.y - pixel.y * view.z); }
vec2 pixel() { return vec2(gl_FragCoord.x, view.w - gl_FragCoord.y); } // from the top left
float pen(int slice) { return texelFetch(pens, ivec3(pixel(), slice), 0).r; }
float covered(int k) {
  ivec2 first = (ivec2(pixel()) - ivec2(0, top)) * side;
  uint count = 0u;
  for (int j = 0; j < side; j++)
    for (int i = 0; i < side; i++)
      count += (texelFetch(bits, first + ivec2(i, j), 0)[k >> 5] >> uint(k & 31)) & 1u;
  return float(count) / float(side * side);
}
void over(inout vec4 below, vec3 light, float share) { below = vec4(light * share, share) + below * (1.0 - share); }
void shaded(inout vec4 below, vec4 light, float share) { over(below, light.rgb, light.a * share); }
${style === "field" ? `float least(vec2 p) {
  float found[LAYERS];
  primitives(p);
  levels(found);
  ${fillRegions.slice(1).map((layer, k) => `found[0] = min(found[0], found[${k + 1}]);`).join("\n  ")}
  return found[0];
}
void shade_field(inout vec4 below) {
  float here = least(place(pixel()));
  float right = least(place(pixel() + vec2(1.0, 0.0))), down = least(place(pixel() + vec2(0.0, 1.0)));
  float number = clamp(here / field_span.x * 127.5 + 127.5, 0.0, 255.0);
  vec4 shade = texelFetch(table, ivec2(int(number), 0), 0);
  over(below, shade.rgb, 1.0);
  float slope = length(vec2(right - here, down - here));
  float nearest = round(here / field_span.y) * field_span.y;
  if (slope > 0.0 && slope < 1e20 && abs(nearest) <= field_span.x * 1.0001) {
    float distance = abs(here - nearest) / slope;
    bool zero = nearest == 0.0;
    over(below, vec3(0.0), (zero ? 1.0 : 0.35) * clamp((zero ? 1.5 : 1.0) - distance, 0.0, 1.0));
  }
}` : ""}
vec3 encoded(vec3 light) {
  return mix(12.92 * light, 1.055 * pow(max(light, 0.0), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, light));
}
void main() {
  ${style === "soft" || style === "owners" ? `float found[LAYERS];
  primitives(place(pixel()));
  levels(found);` : ""}
  vec4 result = vec4(background.rgb * background.a, background.a);
  ${steps.join("\n  ")}
  colour = vec4(encoded(result.rgb / max(result.a, 1e-6)) * result.a, result.a);
}`;
};

/** A function that draws the state into a canvas by WebGL 2; null where that is missing. */
const byWebgl = (canvas) => {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  if (!gl || REGIONS > MOST_REGIONS) return null;
  const programs = new Map();
  const compiled = (kind, text) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(gl.getShaderInfoLog(shader));
    return shader;
  };
  const program = (name) => {
    if (!programs.has(name)) {
      const made = gl.createProgram();
      gl.attachShader(made, compiled(gl.VERTEX_SHADER, VERTEX));
      gl.attachShader(made, compiled(gl.FRAGMENT_SHADER, name === "bits" ? BITS : fragment(name)));
      gl.linkProgram(made);
      if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost())
        throw new Error(gl.getProgramInfoLog(made));
      programs.set(name, made);
    }
    return programs.get(name);
  };
  const texture = (unit, kind) => {
    const made = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(kind, made);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(kind, name, gl.NEAREST);
    return made;
  };
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  texture(0, gl.TEXTURE_2D_ARRAY);
  texture(1, gl.TEXTURE_2D);
  const bits = texture(2, gl.TEXTURE_2D), samples = gl.createFramebuffer(), largest = gl.getParameter(gl.MAX_TEXTURE_SIZE);
  let held = ""; // the size of the picture of bits

  const uploadPens = (view, strokes) => {
    const any = strokes.size > 0, [w, h] = any ? [view.width, view.height] : [1, 1];
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.R8, w, h, any ? data.layers.length : 1, 0, gl.RED, gl.UNSIGNED_BYTE, null);
    for (const [place, bytes] of strokes)
      gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, place, w, h, 1, gl.RED, gl.UNSIGNED_BYTE, bytes);
  };
  if (data.field) {
    const colours = new Float32Array(data.field.colours.flatMap((one) => lightOf(one)));
    gl.activeTexture(gl.TEXTURE1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, colours.length / 4, 1, 0, gl.RGBA, gl.FLOAT, colours);
  }
  const sizeBits = (width, height) => {
    if (held === `${width} ${height}`) return;
    held = `${width} ${height}`;
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, bits);
    const [inner, form] = WORDS === 1 ? [gl.R32UI, gl.RED_INTEGER] : [gl.RGBA32UI, gl.RGBA_INTEGER];
    gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, form, gl.UNSIGNED_INT, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, samples);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, bits, 0);
  };
  /** Use a program with the state. */
  const begin = (name, view) => {
    const used = program(name), at = (uniform) => gl.getUniformLocation(used, uniform);
    gl.useProgram(used);
    gl.uniform1f(at("n"), state.n);
    state.values.forEach((value, k) => gl.uniform1f(at(`v${k}`), value));
    const words = new Uint32Array(8);
    state.on.forEach((on, k) => { if (on) words[k >> 5] |= 1 << (k & 31); });
    gl.uniform1uiv(at("switches"), words);
    gl.uniform1i(at("crisp"), state.crisp ? 1 : 0);
    gl.uniform4f(at("view"), view.x0, view.y1, view.pixel, view.height);
    return at;
  };
  const uniforms = (at) => {
    ["pens", "table", "bits"].forEach((name, unit) => gl.uniform1i(at(name), unit));
    const ground = data.backgrounds[state.style];
    gl.uniform4fv(at("background"), varies(ground) ? [0, 0, 0, 0] : lightOf(ground));
    gl.uniform4fv(at("fills"), data.layers.flatMap((layer) => paintOf(layer.fill || [0, 0, 0, 255], layer.opacity)));
    gl.uniform4fv(at("strokes"), data.layers.flatMap((layer) => paintOf(layer.stroke || [0, 0, 0, 255], layer.opacity)));
    if (data.field) gl.uniform2f(at("field_span"), data.field.span * state.n, data.field.step * state.n);
    if (state.style === "owners")
      gl.uniform3fv(at("colours"), data.primitives.flatMap((one) => lightOf(one.colour).slice(0, 3)));
  };
  return (view, finest, strokes) => {
    [canvas.width, canvas.height] = [view.width, view.height];
    uploadPens(view, strokes);
    const sampled = REGIONS > 0 && (state.style === "fill" || state.style === "owners");
    const side = Math.max(1, Math.min(finest, Math.floor(largest / view.width)));
    const rows = sampled ? Math.max(1, Math.min(view.height, Math.floor(SAMPLES / (view.width * side * side)))) : view.height;
    gl.enable(gl.SCISSOR_TEST);
    for (let top = 0; top < view.height; top += rows) {
      if (sampled) {
        sizeBits(view.width * side, rows * side);
        const at = begin("bits", view);
        gl.bindFramebuffer(gl.FRAMEBUFFER, samples);
        gl.viewport(0, 0, view.width * side, rows * side);
        gl.scissor(0, 0, view.width * side, rows * side);
        gl.uniform1f(at("top"), top);
        gl.uniform1f(at("side"), side);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
      }
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(0, 0, view.width, view.height);
      gl.scissor(0, Math.max(0, view.height - top - rows), view.width, Math.min(rows, view.height - top));
      const at = begin(state.style, view);
      uniforms(at);
      gl.uniform1i(at("top"), top);
      gl.uniform1i(at("side"), side);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    }
  };
};
const paintOf = (colour, opacity) => {
  const light = lightOf(colour);
  return [light[0], light[1], light[2], light[3] * opacity];
};

// --- the same pictures without it ---------------------------------------------------------------------

/** A function that draws the state into a canvas by a script; slowly, some rows at a time. */
const byScript = (canvas) => {
  const context = canvas.getContext("2d");
  let turn = 0;
  return (view, side, strokes, finished) => {
    const mine = ++turn, { width, height } = view;
    [canvas.width, canvas.height] = [width, height];
    const image = context.createImageData(width, height), centre = [];
    const scratch = fillRegions.map(() => new Float64Array(width * height));
    const point = (column, row) => [view.x0 + column * view.pixel, view.y1 - row * view.pixel];
    const levels = (row) => {
      for (let i = 0; i < width; i++)
        levelsAt(...point(i + 0.5, row + 0.5)).forEach((level, k) => { scratch[k][row * width + i] = level; });
    };
    const share = (k, i, j) => {
      const here = scratch[k][j * width + i], inside = here <= 0;
      let mixed = false;
      for (let b = Math.max(0, j - 1); b <= Math.min(height - 1, j + 1) && !mixed; b++)
        for (let a = Math.max(0, i - 1); a <= Math.min(width - 1, i + 1) && !mixed; a++) {
          const there = scratch[k][b * width + a];
          mixed = there <= 0 !== inside || Math.abs(there - here) > Math.abs(here);
        }
      if (!mixed) return inside ? 1 : 0;
      let count = 0;
      const code = layerCode(fillRegions[k].place);
      for (let b = 0; b < side; b++)
        for (let a = 0; a < side; a++)
          if (code(primitivesAt(...point(i + (a + 0.5) / side, j + (b + 0.5) / side)), state.on, null) <= 0) count++;
      return count / (side * side);
    };
    const over = (below, light, part) => {
      for (let c = 0; c < 3; c++) below[c] = light[c] * part + below[c] * (1 - part);
      below[3] = part + below[3] * (1 - part);
    };
    const inkAt = (colour, opacity, i, j) => {
      const light = varies(colour) ? shadeAt(colour, ...point(i + 0.5, j + 0.5)) : lightOf(colour);
      return [light, light[3] * opacity];
    };
    const table = data.field ? data.field.colours.map(lightOf) : [];
    const colours = data.primitives.map((one) => lightOf(one.colour));
    const paint = (j) => {
      for (let i = 0; i < width; i++) {
        const place = j * width + i, [background, a] = inkAt(data.backgrounds[state.style], 1, i, j);
        const result = [background[0] * a, background[1] * a, background[2] * a, a];
        if (state.style === "field") {
          const least = (p) => scratch.reduce((found, one) => Math.min(found, one[p]), Infinity);
          const here = least(place), beside = least(i + 1 < width ? place + 1 : place - 1);
          const below = least(j + 1 < height ? place + width : place - width);
          const span = data.field.span * state.n, step = data.field.step * state.n;
          over(result, table[Math.min(255, Math.max(0, Math.floor(here / span * 127.5 + 127.5) || 0))], 1);
          const slope = Math.hypot(beside - here, below - here), nearest = Math.round(here / step) * step;
          if (slope > 0 && Number.isFinite(slope) && Math.abs(nearest) <= span * 1.0001) {
            const zero = nearest === 0, distance = Math.abs(here - nearest) / slope;
            over(result, [0, 0, 0], (zero ? 1 : 0.35) * Math.min(1, Math.max(0, (zero ? 1.5 : 1) - distance)));
          }
        }
        data.layers.forEach((layer, number) => {
          const k = fillRegions.indexOf(layer);
          if (k >= 0 && state.style === "owners") {
            const weights = data.primitives.map(() => 0), light = [0, 0, 0];
            layerCode(layer.place)(primitivesAt(...point(i + 0.5, j + 0.5)), state.on, weights);
            const total = weights.reduce((sum, one) => sum + Math.abs(one), 1e-300);
            weights.forEach((one, p) => { for (let c = 0; c < 3; c++) light[c] += Math.abs(one) / total * colours[p][c]; });
            over(result, light, layer.opacity * (k === 0 ? 0.3 + 0.7 * share(k, i, j) : share(k, i, j)));
          } else if (layer.fill && state.style !== "field") {
            const [light, alpha] = inkAt(layer.fill, layer.opacity, i, j);
            const part = state.style === "soft" ? 1 / (1 + Math.exp(scratch[k][place])) : share(k, i, j);
            over(result, light, alpha * part);
          }
          if (strokes.has(number)) {
            const [light, alpha] = inkAt(layer.stroke || [0, 0, 0, 255], layer.opacity, i, j);
            over(result, light, alpha * strokes.get(number)[place] / 255);
          }
        });
        for (let c = 0; c < 3; c++) image.data[4 * place + c] = Math.round(encoded(result[c] / Math.max(result[3], 1e-9)));
        image.data[4 * place + 3] = Math.round(255 * result[3]);
      }
    };
    let row = 0;
    const work = () => {
      if (mine !== turn) return;
      const until = performance.now() + 30;
      while (row < 2 * height && (performance.now() < until || finished === "now")) {
        if (row < height) levels(row);
        else paint(row - height);
        row++;
      }
      context.putImageData(image, 0, 0);
      if (row < 2 * height) setTimeout(work, 0);
    };
    work();
  };
};

// --- drawing ------------------------------------------------------------------------------------------

const frame = document.getElementById("frame"), picture = document.getElementById("picture");
const overlay = document.getElementById("overlay"), readout = document.getElementById("readout");
const status = document.getElementById("state");
const deep = document.getElementById("deep"), drawDeep = byScript(deep);
let draw = null, scheduled = false, resting = 0, highlighted = null;

const begin = () => {
  try {
    draw = scripted ? null : byWebgl(picture);
    if (draw) draw(windowOf(2, 2), 1, new Map()); // compile, so that a shader that is refused shows here
  } catch (problem) {
    status.textContent = "drawn without WebGL: its compiler refused the figure";
    const fresh = picture.cloneNode();
    document.getElementById("picture").replaceWith(fresh);
    return byScript(fresh);
  }
  if (!draw) status.textContent = "drawn without WebGL";
  return draw || byScript(picture);
};

const strokesOf = (view, step, ratio) => {
  const found = new Map();
  data.layers.forEach((layer, place) => {
    if (penned().includes(layer)) found.set(place, drawnPen(layer, view, step, ratio));
  });
  return found;
};
const ratioNow = () => Math.min(2, window.devicePixelRatio || 1);
const sizeNow = () => {
  const box = frame.getBoundingClientRect(), ratio = ratioNow();
  return [Math.max(1, Math.round(box.width * ratio)), Math.max(1, Math.round(box.height * ratio))];
};
/** Whether pixels are so small that single precision, which shaders have, could not tell them apart. */
const isDeep = (view) => view.pixel < DEEP * Math.max(Math.abs(state.x), Math.abs(state.y), view.pixel * view.width);
const refresh = (fine) => {
  const view = windowOf(...sizeNow());
  deep.hidden = !isDeep(view);
  (deep.hidden ? draw : drawDeep)(view, fine ? FINE : COARSE, strokesOf(view, fine ? 1 : 3, ratioNow()));
  showHighlight(view);
};
const change = () => {
  if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      refresh(false);
      showPoint();
    });
  }
  clearTimeout(resting);
  resting = setTimeout(() => { refresh(true); writeLink(); }, REST);
};

const showHighlight = (view) => {
  [overlay.width, overlay.height] = [view.width, view.height];
  if (highlighted === null) return;
  const context = overlay.getContext("2d"), ratio = ratioNow();
  const pieces = trace((x, y) => primitivesAt(x, y)[highlighted], view, 4, 4, true);
  for (const [width, colour] of [[6, "#fffc"], [3, `rgb(${data.primitives[highlighted].colour.join()})`]]) {
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    context.beginPath();
    for (let k = 0; k < pieces.length; k += 4) {
      context.moveTo(pieces[k], pieces[k + 1]);
      context.lineTo(pieces[k + 2], pieces[k + 3]);
    }
    context.stroke();
  }
};

// --- links ----------------------------------------------------------------------------------------------

const KEYS = ["x", "y", "zoom", "n"];
const hashOf = () => {
  const found = new URLSearchParams();
  for (const key of KEYS) if (state[key] !== start()[key]) found.set(key, state[key]);
  if (state.style !== data.style) found.set("style", state.style);
  if (state.crisp !== data.crisp) found.set("crisp", state.crisp ? 1 : 0);
  data.parameters.forEach((one, k) => { if (state.values[k] !== one.value) found.set(`v.${one.name}`, state.values[k]); });
  const off = state.on.flatMap((on, k) => on ? [] : [k]);
  if (off.length) found.set("off", off.join());
  return `#${found}`;
};
const writeLink = () => {
  document.getElementById("link").href = hashOf();
  try { history.replaceState(null, "", hashOf()); } catch { /* a browser that forbids it for files */ }
};
// The value next to a number that a parameter with steps may have.
const snapped = (value, low, step) => Number((low + Math.round((value - low) / step) * step).toPrecision(12));
const readLink = () => {
  const found = new URLSearchParams(location.hash.slice(1)), next = start();
  const number = (key, low, high) => {
    const value = Number(found.get(key));
    return found.has(key) && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : null;
  };
  next.x = number("x", -1e12, 1e12) ?? next.x;
  next.y = number("y", -1e12, 1e12) ?? next.y;
  next.zoom = number("zoom", 1e-6, 1e12) ?? next.zoom;
  next.n = number("n", 1e-6, 1e9) ?? next.n;
  next.crisp = found.has("crisp") ? found.get("crisp") === "1" : next.crisp;
  if (STYLES.includes(found.get("style"))) next.style = found.get("style");
  data.parameters.forEach((one, k) => {
    const value = number(`v.${one.name}`, one.low, one.high) ?? next.values[k];
    next.values[k] = one.step ? snapped(value, one.low, one.step) : value;
  });
  for (const k of (found.get("off") || "").split(",")) if (/^\d+$/.test(k) && +k < next.on.length) next.on[+k] = false;
  return next;
};

// --- controls -------------------------------------------------------------------------------------------

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
};
const styles = document.getElementById("styles"), crisp = document.getElementById("crisp");
for (const style of STYLES) {
  const input = element("input", { type: "radio", name: "style", value: style });
  input.addEventListener("change", () => { state.style = style; change(); });
  styles.append(element("label", {}, input, ` ${style}`));
}
crisp.addEventListener("change", () => { state.crisp = crisp.checked; change(); });

const sliders = [];
const addSlider = (name, low, high, geometric, get, set, step = 0) => {
  const marks = step ? Math.round((high - low) / step) : 1000;
  const scale = geometric ? Math.log : (value) => value, back = geometric ? Math.exp : (value) => value;
  const range = element("input", { type: "range", min: 0, max: marks, step: 1 });
  const box = element("input", { type: "number", step: step || "any", min: low, max: high });
  range.setAttribute("aria-label", name);
  box.setAttribute("aria-label", `${name}, exactly`);
  const share = (value) => marks * (scale(value) - scale(low)) / (scale(high) - scale(low) || 1);
  range.addEventListener("input", () => {
    const value = back(scale(low) + range.value / (marks || 1) * (scale(high) - scale(low)));
    set(step ? snapped(value, low, step) : Number(value.toPrecision(4)));
    box.value = get();
    change();
  });
  box.addEventListener("input", () => {
    const value = Number(box.value);
    if (box.value === "" || !(value >= low && value <= high)) return;
    set(step ? snapped(value, low, step) : value);
    range.value = share(get());
    change();
  });
  sliders.push(() => { box.value = get(); range.value = share(get()); });
  document.getElementById("sliders").append(element("div", { className: "slider" }, element("span", {}, name), range, box));
};
addSlider("n", Math.min(1, data.n / 10), Math.max(200, 10 * data.n), true, () => state.n, (value) => { state.n = value; });
data.parameters.forEach((one, k) => {
  addSlider(one.name, one.low, one.high, false, () => state.values[k], (value) => { state.values[k] = value; }, one.step);
});

const rows = data.primitives.map((one, k) => {
  const box = element("input", { type: "checkbox", id: `on${k}` }), values = element("div", { className: "values" });
  const swatch = element("span", { className: "swatch" });
  swatch.style.background = `rgb(${one.colour.join()})`;
  const label = element("label", { htmlFor: `on${k}` }, swatch, element("strong", {}, one.name), ` ${one.text}`);
  const row = element("li", {}, box, label, values);
  box.addEventListener("change", () => { state.on[k] = box.checked; change(); });
  const light = (on) => () => {
    if (on) highlighted = k;
    else if (highlighted === k) highlighted = null;
    showHighlight(windowOf(...sizeNow()));
  };
  for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, light(true));
  for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, light(false));
  document.getElementById("primitives").append(row);
  return { box, row, values };
});
document.getElementById("list").hidden = !rows.length;
for (const [id, on] of [["all", true], ["none", false]])
  document.getElementById(id).addEventListener("click", () => { state.on.fill(on); showState(); change(); });

const showState = () => {
  for (const input of styles.querySelectorAll("input")) input.checked = input.value === state.style;
  crisp.checked = state.crisp;
  for (const show of sliders) show();
  rows.forEach((row, k) => { row.box.checked = state.on[k]; });
};

// --- the point under the pointer ---------------------------------------------------------------------------

let pointer = null; // shares of the frame, or null for the middle
const short = (value) => {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size === 0 || (size >= 1e-3 && size < 1e5) ? String(Number(value.toPrecision(4))) : value.toExponential(2);
  return text.replace("-", "−");
};
/** u = e^L, as a power where it is no number. */
const boundary = (level) => Math.abs(level) < 600 ? short(Math.exp(level)) : `e^${short(level)}`;
const showPoint = () => {
  const view = windowOf(...sizeNow()), [across, down] = pointer || [0.5, 0.5];
  const x = view.x0 + across * view.width * view.pixel, y = view.y1 - down * view.height * view.pixel;
  const found = at(x, y), weights = found.chosen ? found.chosen.weights : [];
  const place = `(${x.toPrecision(5)}, ${y.toPrecision(5)})`;
  readout.textContent = found.chosen
    ? `${place}: ${found.chosen.level <= 0 ? "inside" : "outside"}, L = ${short(found.chosen.level)}, u = ${boundary(found.chosen.level)}`
    : place;
  const most = weights.reduce((best, one, k) => Math.abs(one) > Math.abs(weights[best] ?? 0) ? k : best, 0);
  rows.forEach(({ row, values }, k) => {
    const level = found.primitives[k], weight = weights[k] ?? 0;
    row.classList.toggle("owner", k === most && weights.length > 0);
    const bar = element("meter", { min: 0, max: 1, value: Math.abs(weight) });
    bar.setAttribute("aria-label", "softmax weight");
    const texts = [
      `${(100 * Math.abs(weight)).toFixed(1)}%`, `f = ${short(level / state.n)}`, `u = ${boundary(level)}`,
      `L = ${short(level)}`,
    ];
    values.replaceChildren(bar, ...texts.map((text) => element("span", {}, text)));
  });
};

const shareOf = (event) => {
  const box = frame.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
};
/** Zoom so that the point under (across, down) stays where it is. */
const zoomBy = (factor, across = 0.5, down = 0.5) => {
  const before = windowOf(...sizeNow());
  state.zoom = Math.min(1e12, Math.max(1e-6, state.zoom * factor));
  const after = windowOf(...sizeNow());
  state.x += (across - 0.5) * before.width * (before.pixel - after.pixel);
  state.y -= (down - 0.5) * before.height * (before.pixel - after.pixel);
  change();
};
const moveBy = (across, down) => {
  const view = windowOf(...sizeNow());
  state.x -= across * view.width * view.pixel;
  state.y += down * view.height * view.pixel;
  change();
};

const held = new Map();
frame.addEventListener("pointerdown", (event) => {
  held.set(event.pointerId, shareOf(event));
  frame.setPointerCapture(event.pointerId);
  document.getElementById("picture").focus({ preventScroll: true });
});
frame.addEventListener("pointermove", (event) => {
  const now = shareOf(event), before = held.get(event.pointerId);
  pointer = now;
  if (before && held.size === 1) moveBy(now[0] - before[0], now[1] - before[1]);
  if (before && held.size === 2) {
    const [other] = [...held].filter(([key]) => key !== event.pointerId).map(([, place]) => place);
    const box = frame.getBoundingClientRect();
    const gap = (place) => Math.hypot((place[0] - other[0]) * box.width, (place[1] - other[1]) * box.height);
    zoomBy(gap(now) / Math.max(1, gap(before)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    moveBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }
  if (before) held.set(event.pointerId, now);
  showPoint();
});
for (const event of ["pointerup", "pointercancel"]) frame.addEventListener(event, (done) => held.delete(done.pointerId));
frame.addEventListener("pointerleave", () => { pointer = null; showPoint(); });
frame.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoomBy(Math.exp(-Math.max(-200, Math.min(200, event.deltaY)) / 400), ...shareOf(event));
}, { passive: false });

const home = () => { const { x, y, zoom } = start(); Object.assign(state, { x, y, zoom }); change(); };
const ACTIONS = {
  ArrowLeft: () => moveBy(0.1, 0), ArrowRight: () => moveBy(-0.1, 0), ArrowUp: () => moveBy(0, 0.1),
  ArrowDown: () => moveBy(0, -0.1), "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: home,
};
document.getElementById("picture").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !ACTIONS[event.key]) return;
  event.preventDefault();
  pointer = null;
  ACTIONS[event.key]();
});
document.getElementById("closer").addEventListener("click", () => zoomBy(1.25));
document.getElementById("farther").addEventListener("click", () => zoomBy(0.8));
document.getElementById("home").addEventListener("click", () => { state = start(); showState(); change(); });
document.getElementById("save").addEventListener("click", () => {
  refresh(true);
  (deep.hidden ? document.getElementById("picture") : deep).toBlob((blob) => {
    const link = element("a", { href: URL.createObjectURL(blob), download: "figure.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
});
window.addEventListener("hashchange", () => { if (location.hash !== hashOf()) { state = readLink(); showState(); change(); } });
new ResizeObserver(change).observe(frame);

/** For those who test or script this page: a picture of any size as the bytes of its pixels, and values. */
window.shapecli = {
  get state() { return state; },
  picture: (width, height, side = 8) => {
    const view = windowOf(width, height), canvas = element("canvas", {});
    const painter = !scripted && !isDeep(view) && byWebgl(canvas);
    (painter || byScript(canvas))(view, side, strokesOf(view, 1, 1), "now");
    const flat = element("canvas", { width, height }), context = flat.getContext("2d");
    context.drawImage(canvas, 0, 0);
    return context.getImageData(0, 0, width, height).data;
  },
  at,
};

state = readLink();
draw = begin();
showState();
change();
})();
