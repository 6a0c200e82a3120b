use leptos::prelude::*;

/// The logo without the name.
#[component]
pub fn Logo(
    /// Width and height in pixels.
    #[prop(default = 22)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg width=size height=size viewBox="0 0 24 24" aria-hidden="true">
            <rect width="24" height="24" rx="6" fill="var(--color-primary)"></rect>
            <g fill="var(--color-primary-content)">
                <rect x="5.5" y="6" width="3" height="12" rx="1.5" opacity=".55"></rect>
                <rect x="10.5" y="6" width="3" height="8.5" rx="1.5" opacity=".8"></rect>
                <rect x="15.5" y="6" width="3" height="5" rx="1.5"></rect>
            </g>
        </svg>
    }
}

/// The logo with the name, as a link to the landing page.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a class="wordmark" href="/">
            <Logo />
            "JobHax"
        </a>
    }
}
