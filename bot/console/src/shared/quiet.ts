// Before Teams' library: as it is loaded it tells its log (which nobody reads) the time in the words of who sits there, and the browser
// brings all it knows of their language for that, a fifth of a second on a slow phone. Until then such words are those of machines.
const words = Date.prototype.toLocaleString;
Date.prototype.toLocaleString = Date.prototype.toISOString;

export const dateWordsBack = (): void => void (Date.prototype.toLocaleString = words);
