// The window's title: the page's, or what calls for her meanwhile.
let page = "", call = "";

const show = () => (document.title = call || page);

export const titleOfPage = (text: string): void => void ((page = text), show());
// "": nothing calls any more.
export const titleOfCall = (text: string): void => void ((call = text), show());
