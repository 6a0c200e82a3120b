//! The content of emails about coaching.

/// The values that only emails about coaching contain.
#[derive(Clone, Copy)]
pub(crate) struct CoachingContext<'a> {
    pub topic: CoachingTopic,
    pub entries: &'a [CoachingEntry],
    pub unsubscribe: &'a str,
}

/// The kind of all entries of an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoachingTopic {
    Comments,
    Tasks,
    AccessRequests,
    AccessGrants,
    Several,
}

impl CoachingTopic {
    pub(super) const fn subject(self) -> &'static str {
        match self {
            Self::Comments => "New comments on JobHax",
            Self::Tasks => "New tasks on JobHax",
            Self::AccessRequests => "A request to see your applications on JobHax",
            Self::AccessGrants => "New clients on JobHax",
            Self::Several => "News on JobHax",
        }
    }

    pub(super) const fn introduction(self) -> &'static str {
        match self {
            Self::Comments => "There are new comments on applications:",
            Self::Tasks => "You have been assigned tasks:",
            Self::AccessRequests => "Someone asks to see your applications:",
            Self::AccessGrants => "You have been given access to applications:",
            Self::Several => "There is news from your workspaces:",
        }
    }

    /// The sentence before the link.
    pub(super) const fn instruction(self) -> &'static str {
        match self {
            Self::Comments => "Read and answer them here:",
            Self::Tasks => "Open the tasks here:",
            Self::AccessRequests => "Give access or decline here:",
            Self::AccessGrants => "Open the applications here:",
            Self::Several => "Open JobHax here:",
        }
    }

    /// The text of the link.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Comments => "Read the comments",
            Self::Tasks => "Open the tasks",
            Self::AccessRequests => "Answer the request",
            Self::AccessGrants => "Open the applications",
            Self::Several => "Open JobHax",
        }
    }
}

/// The news about one application or person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoachingEntry {
    /// For example the job title and company.
    pub name: String,
    /// For example `Mara Lind: 2 comments`.
    pub lines: Vec<String>,
    pub link: String,
}
