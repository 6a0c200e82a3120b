// Replaces the URL of the page without loading it, so that a reload shows the same state.
export const replaceUrl = (url) => history.replaceState(history.state, "", url);
