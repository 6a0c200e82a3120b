// Replaces the URL of the page, so that a reload shows the same.
export const replaceUrl = (url) => history.replaceState(history.state, "", url);
