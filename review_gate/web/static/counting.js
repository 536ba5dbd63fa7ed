// How long a text is where it will be published. The gate counts code points; networks have their own ideas.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const LINK = /https?:\/\/\S+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|fr|eu|io|co|uk|de|be|ch|es|it|nl|pt)\b(?:\/\S*)?/gi;
const LINK_WEIGHT = 23;

function light(point) {
  return point <= 4351 || (point >= 8192 && point <= 8205) || (point >= 8208 && point <= 8223) || (point >= 8242 && point <= 8247);
}

function asX(text) {
  let length = 0;
  const rest = text.normalize("NFC").replace(LINK, () => {
    length += LINK_WEIGHT;
    return "";
  });
  for (const { segment } of segmenter.segment(rest)) {
    if (/\p{Extended_Pictographic}/u.test(segment)) length += 2;
    else for (const character of segment) length += light(character.codePointAt(0)) ? 1 : 2;
  }
  return length;
}

export function lengthOf(text, counting) {
  if (counting === "x") return asX(text);
  if (counting === "graphemes") return [...segmenter.segment(text)].length;
  return [...text].length;
}

// Spans from the gate are in code points, JavaScript counts UTF-16 units.
export function toUnits(text) {
  const units = [0];
  let at = 0;
  for (const character of text) {
    at += character.length;
    units.push(at);
  }
  return (span) => [units[Math.min(span[0], units.length - 1)], units[Math.min(span[1], units.length - 1)]];
}
