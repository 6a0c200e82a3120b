//! The icons of Lucide (ISC license) that our pages use, as path data in its 24 px view box.

use leptos::prelude::*;

/// An icon, named as in Lucide. The build removes icons that no island uses from the browser modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lucide {
    #[cfg(feature = "ssr")]
    ArrowLeft,
    #[cfg(any(feature = "ssr", feature = "import"))]
    ArrowRight,
    #[cfg(feature = "ssr")]
    Bookmark,
    Calendar,
    #[cfg(feature = "ssr")]
    ChartColumn,
    Check,
    #[cfg(feature = "ssr")]
    ChevronDown,
    ChevronRight,
    #[cfg(feature = "ssr")]
    ChevronUp,
    #[cfg(feature = "ssr")]
    Columns,
    #[cfg(feature = "ssr")]
    ChevronsUpDown,
    CircleAlert,
    #[cfg(feature = "ssr")]
    Download,
    Ellipsis,
    #[cfg(feature = "ssr")]
    ExternalLink,
    Eye,
    EyeOff,
    #[cfg(any(feature = "ssr", feature = "import"))]
    FileText,
    #[cfg(feature = "ssr")]
    Inbox,
    Keyboard,
    KeyRound,
    #[cfg(any(feature = "ssr", feature = "import"))]
    ListFilter,
    #[cfg(feature = "ssr")]
    LogOut,
    Mail,
    #[cfg(any(feature = "ssr", feature = "import"))]
    MailOpen,
    #[cfg(feature = "ssr")]
    Merge,
    #[cfg(feature = "ssr")]
    MessageSquare,
    #[cfg(feature = "ssr")]
    Monitor,
    #[cfg(feature = "ssr")]
    Moon,
    #[cfg(feature = "ssr")]
    Pencil,
    #[cfg(feature = "ssr")]
    Phone,
    #[cfg(feature = "ssr")]
    Printer,
    Plus,
    #[cfg(feature = "ssr")]
    Rows,
    #[cfg(feature = "ssr")]
    Search,
    #[cfg(feature = "ssr")]
    Settings2,
    #[cfg(any(feature = "ssr", feature = "import"))]
    SquareKanban,
    #[cfg(feature = "ssr")]
    Sun,
    #[cfg(feature = "ssr")]
    Terminal,
    #[cfg(any(feature = "ssr", feature = "import"))]
    Trash,
    Undo,
    #[cfg(any(feature = "ssr", feature = "import"))]
    Upload,
    #[cfg(feature = "ssr")]
    Users,
    X,
}

impl Lucide {
    const fn path(self) -> &'static str {
        match self {
            #[cfg(feature = "ssr")]
            Self::ArrowLeft => "m12 19-7-7 7-7 M19 12H5",
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::ArrowRight => "M5 12h14 M12 5l7 7-7 7",
            #[cfg(feature = "ssr")]
            Self::Bookmark => "m19 21-7-4-7 4V5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v16z",
            Self::Calendar => {
                "M8 2v4 M16 2v4 M5 4h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z M3 10h18"
            }
            #[cfg(feature = "ssr")]
            Self::ChartColumn => "M3 3v16a2 2 0 0 0 2 2h16 M18 17V9 M13 17V5 M8 17v-3",
            Self::Check => "M20 6 9 17l-5-5",
            #[cfg(feature = "ssr")]
            Self::ChevronDown => "m6 9 6 6 6-6",
            Self::ChevronRight => "m9 18 6-6-6-6",
            #[cfg(feature = "ssr")]
            Self::ChevronUp => "m18 15-6-6-6 6",
            #[cfg(feature = "ssr")]
            Self::Columns => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z M9 3v18 M15 3v18"
            }
            #[cfg(feature = "ssr")]
            Self::Download => "M12 15V3 M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4 M7 10l5 5 5-5",
            #[cfg(feature = "ssr")]
            Self::ChevronsUpDown => "m7 15 5 5 5-5 M7 9l5-5 5 5",
            Self::CircleAlert => "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z M12 8v4 M12 16h.01",
            Self::Ellipsis => {
                "M12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z M19 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z"
            }
            #[cfg(feature = "ssr")]
            Self::ExternalLink => {
                "M15 3h6v6 M10 14 21 3 M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6"
            }
            Self::Eye => {
                "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0 M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            }
            Self::EyeOff => {
                "M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49 M14.084 14.158a3 3 0 0 1-4.242-4.242 M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143 M2 2l20 20"
            }
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::FileText => {
                "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z M14 2v5a1 1 0 0 0 1 1h5 M10 9H8 M16 13H8 M16 17H8"
            }
            #[cfg(feature = "ssr")]
            Self::Inbox => {
                "M22 12h-6l-2 3h-4l-2-3H2 M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"
            }
            Self::Keyboard => {
                "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z M6 8h.01 M10 8h.01 M14 8h.01 M18 8h.01 M8 12h.01 M12 12h.01 M16 12h.01 M7 16h10"
            }
            Self::KeyRound => {
                "M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z M16.5 7.5h.01"
            }
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::ListFilter => "M2 5h20 M6 12h12 M9 19h6",
            #[cfg(feature = "ssr")]
            Self::LogOut => "m16 17 5-5-5-5 M21 12H9 M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4",
            Self::Mail => {
                "m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7 M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"
            }
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::MailOpen => {
                "M21.2 8.4c.5.38.8.97.8 1.6v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V10a2 2 0 0 1 .8-1.6l8-6a2 2 0 0 1 2.4 0l8 6Z M22 10l-8.97 5.7a1.94 1.94 0 0 1-2.06 0L2 10"
            }
            #[cfg(feature = "ssr")]
            Self::MessageSquare => "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",
            #[cfg(feature = "ssr")]
            Self::Monitor => {
                "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z M8 21h8 M12 17v4"
            }
            #[cfg(feature = "ssr")]
            Self::Moon => {
                "M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"
            }
            #[cfg(feature = "ssr")]
            Self::Pencil => {
                "M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z M15 5l4 4"
            }
            #[cfg(feature = "ssr")]
            Self::Merge => "m8 6 4-4 4 4 M12 2v10.3a4 4 0 0 1-1.172 2.872L4 22 M20 22l-5-5",
            #[cfg(feature = "ssr")]
            Self::Printer => {
                "M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2 M6 9V3a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v6 M7 14h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z"
            }
            #[cfg(feature = "ssr")]
            Self::Phone => {
                "M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384"
            }
            Self::Plus => "M5 12h14 M12 5v14",
            #[cfg(feature = "ssr")]
            Self::Rows => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z M3 9h18 M3 15h18"
            }
            #[cfg(feature = "ssr")]
            Self::Search => "m21 21-4.34-4.34 M11 3a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
            #[cfg(feature = "ssr")]
            Self::Settings2 => {
                "M14 17H5 M19 7h-9 M17 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M7 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            }
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::SquareKanban => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z M8 7v7 M12 7v4 M16 7v9"
            }
            #[cfg(feature = "ssr")]
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M12 2v2 M12 20v2 M4.93 4.93l1.41 1.41 M17.66 17.66l1.41 1.41 M2 12h2 M20 12h2 M6.34 17.66l-1.41 1.41 M19.07 4.93l-1.41 1.41"
            }
            #[cfg(feature = "ssr")]
            Self::Terminal => "M12 19h8 M4 17l6-6-6-6",
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::Trash => {
                "M10 11v6 M14 11v6 M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6 M3 6h18 M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"
            }
            Self::Undo => "M9 14 4 9l5-5 M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5 5.5 5.5 0 0 1-5.5 5.5H11",
            #[cfg(any(feature = "ssr", feature = "import"))]
            Self::Upload => "M12 3v12 M17 8l-5-5-5 5 M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4",
            #[cfg(feature = "ssr")]
            Self::Users => {
                "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2 M9 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M22 21v-2a4 4 0 0 0-3-3.87 M16 3.13a4 4 0 0 1 0 7.75"
            }
            Self::X => "M18 6 6 18 M6 6l12 12",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 14 px, next to small text.
    Small,
    /// 16 px.
    #[default]
    Normal,
    /// 20 px.
    Large,
}

/// An icon. Hidden from screen readers, because the text is next to it or in the label of its button.
#[component]
pub fn Icon(
    of: Lucide,
    #[prop(optional)] size: IconSize,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let size = match size {
        IconSize::Small => "icon icon-sm",
        IconSize::Normal => "icon",
        IconSize::Large => "icon icon-lg",
    };
    let class = if class.is_empty() {
        size.to_owned()
    } else {
        format!("{size} {class}")
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=of.path()></path>
        </svg>
    }
}
