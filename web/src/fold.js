// Text as the search index has it: small letters, accents and umlauts folded, ß as ss. The publisher folds in the same way.
export function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}+/gu, "").replaceAll("ß", "ss").normalize("NFC");
}

export function words(text) {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}
