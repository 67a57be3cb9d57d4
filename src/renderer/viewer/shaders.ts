/** One triangle over the canvas; the fragment finds its place in the image, its modality value and its grey. */
export const VERTEX = `#version 300 es
void main() {
  vec2 p = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(p, 0.0, 1.0);
}`

/** Windows are those of PS3.3 C.11.2.1.2 and C.11.2.1.3; 16-bit values are mixed between their four neighbours. */
export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D grey;
uniform sampler2D colour;
uniform sampler2D lut;
uniform bool isColour;
uniform vec2 size;        // of this level, pixels
uniform vec2 full;        // of the image, pixels
uniform vec2 canvasSize;
uniform mat3 toImage;     // canvas pixel -> image pixel
uniform float offset, slope, intercept;
uniform float center, width;
uniform int shape;        // 0 LINEAR, 1 LINEAR_EXACT, 2 SIGMOID, 3 VOI LUT
uniform float lutFirst, lutCount;
uniform bool white;       // low values are white
uniform bool padded;
uniform vec2 padding;     // lowest and highest value that is no picture
uniform vec3 lens;        // centre and radius on the canvas, radius 0: none
out vec4 result;

float stored(ivec2 p) {
  return float(texelFetch(grey, clamp(p, ivec2(0), ivec2(size) - 1), 0).r) - offset;
}
float voi(float value) {
  if (shape == 3) {
    float at = clamp(value - lutFirst, 0.0, lutCount - 1.0);
    int i = int(at);
    float a = texelFetch(lut, ivec2(i % 4096, i / 4096), 0).r;
    int j = min(i + 1, int(lutCount) - 1);
    float b = texelFetch(lut, ivec2(j % 4096, j / 4096), 0).r;
    return mix(a, b, fract(at));
  }
  if (shape == 2) return 1.0 / (1.0 + exp(-4.0 * (value - center) / width));
  if (shape == 1) return clamp((value - center) / width + 0.5, 0.0, 1.0);
  return clamp((value - (center - 0.5)) / max(width - 1.0, 1e-6) + 0.5, 0.0, 1.0);
}
void main() {
  vec2 at = vec2(gl_FragCoord.x, canvasSize.y - gl_FragCoord.y);
  float edge = distance(at, lens.xy);
  if (lens.z > 0.0 && edge < lens.z) {
    if (edge > lens.z - 1.5) { result = vec4(1.0); return; }
    at = lens.xy + (at - lens.xy) / 2.5;
  }
  vec2 place = (toImage * vec3(at, 1.0)).xy;
  if (place.x < 0.0 || place.y < 0.0 || place.x >= full.x || place.y >= full.y) { result = vec4(0.0, 0.0, 0.0, 1.0); return; }
  if (isColour) { result = vec4(texture(colour, place / full).rgb, 1.0); return; }
  vec2 p = place / full * size - 0.5;
  ivec2 i = ivec2(floor(p));
  vec2 f = fract(p);
  float a = mix(stored(i), stored(i + ivec2(1, 0)), f.x);
  float b = mix(stored(i + ivec2(0, 1)), stored(i + ivec2(1, 1)), f.x);
  float value = mix(a, b, f.y) * slope + intercept;
  float shade = voi(value);
  if (white) shade = 1.0 - shade;
  if (padded && value > padding.x && value < padding.y) shade = 0.0;
  result = vec4(vec3(shade), 1.0);
}`
