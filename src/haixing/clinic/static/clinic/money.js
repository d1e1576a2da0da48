// Money on the page: whole fen as BigInt, never a floating number (0.1 + 0.2 is not 0.3).
"use strict";

const money = {
  // "1,234.5" or "１２．５" → 123450n; null for what is not money with at most two decimals.
  toFen(typed) {
    const parts = /^(\d{1,10})(?:\.(\d{0,2}))?$/.exec(money.plain(typed)) ?? /^()\.(\d{1,2})$/.exec(money.plain(typed));
    return parts ? BigInt(parts[1] || "0") * 100n + BigInt((parts[2] ?? "").padEnd(2, "0") || "0") : null;
  },

  // 123450n → "1234.50", as the server reads it.
  toText(fen) {
    return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
  },

  // 123450n → "1,234.50", as people read it.
  toRead(fen) {
    return money.toText(fen).replace(/\B(?=(\d{3})+\.)/g, ",");
  },

  // "1.5" × 30000n → 45000n, half a fen up; null for what is not a quantity above zero with at most three decimals.
  times(quantity, fen) {
    const parts = /^(\d{1,6})(?:\.(\d{1,3}))?$/.exec(money.plain(quantity));
    if (!parts || fen === null) return null;
    const thousandths = BigInt(parts[1]) * 1000n + BigInt((parts[2] ?? "").padEnd(3, "0") || "0");
    return thousandths > 0n ? (thousandths * fen + 500n) / 1000n : null;
  },

  // Full-width digits, thousands commas, ¥ and spaces are how people and spreadsheets write the same number.
  plain(typed) {
    return typed.normalize("NFKC").replace(/[\s,¥￥元]/g, "");
  },
};
