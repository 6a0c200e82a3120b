//! The animation on the landing page: an email arrives and becomes a card on the board. It uses the components of the
//! board and CSS animations, and runs once for less than five seconds.

use crate::ui::{AvatarSize, CompanyAvatar, Icon, Logo, Lucide, StageIcon};
use domain::jobapps::StageKind;
use leptos::prelude::*;

/// Company, title, source and age of the application.
type Card = (&'static str, &'static str, &'static str, &'static str);

const COLUMNS: [(StageKind, &str, &[Card]); 5] = [
    (
        StageKind::ToApply,
        "7",
        &[
            ("Tideline", "Senior Data Analyst", "LinkedIn", "1d"),
            ("Quarry Data", "Analytics Engineer", "Company site", "2d"),
            (
                "Meridian Health",
                "Product Analyst, Patient Access",
                "LinkedIn",
                "2d",
            ),
            ("Foxglove Learning", "Data Scientist", "Referral", "4d"),
            ("Papaya Freight", "BI Developer", "Indeed", "5d"),
        ],
    ),
    (
        StageKind::Applied,
        "17",
        &[
            (
                "Halden Robotics",
                "Data Analyst, Fleet Reliability",
                "LinkedIn",
                "1d",
            ),
            (
                "Kestrel Bank",
                "Senior Analyst, Credit Risk",
                "Company site",
                "2d",
            ),
            ("Brightside Care", "Product Analyst", "Indeed", "3d"),
            ("Fernway", "Growth Analyst", "LinkedIn", "6d"),
            ("Oakridge Insurance", "Actuarial Data Analyst", "Indeed", "8d"),
        ],
    ),
    (
        StageKind::Screening,
        "6",
        &[
            ("Basalt Games", "Player Insights Analyst", "LinkedIn", "1d"),
            ("Linden Library", "Data Engineer", "Referral", "3d"),
            ("Ardent Mobility", "Data Scientist, Marketplace", "LinkedIn", "6d"),
            ("Sparrow Post", "Analytics Engineer", "Company site", "8d"),
            ("Vale Biotech", "Clinical Data Analyst", "LinkedIn", "12d"),
        ],
    ),
    (
        StageKind::Interview,
        "4",
        &[
            ("Nordlicht Energie", "Product Analyst, Grid", "Referral", "4d"),
            ("Juniper Transit", "Data Analyst, Ridership", "LinkedIn", "6d"),
            ("Mosaic Museums", "Head of Insight", "Company site", "9d"),
            ("Delta Kitchen", "Senior Analyst, Menu", "LinkedIn", "13d"),
        ],
    ),
    (
        StageKind::Offer,
        "2",
        &[
            ("Orchard Software", "Senior Product Analyst", "Referral", "2d"),
            ("Copperline", "Analytics Engineer", "Indeed", "5d"),
        ],
    ),
];

const LABEL: &str = "The board with five columns from To Apply to Offer. An email, “Thank you for applying to Hearth Homes”, becomes a new card in Applied.";

/// The animation. Screen readers see it as a single image.
#[component]
pub fn HeroPreview() -> impl IntoView {
    view! {
        <div class="hero-preview" role="img" aria-label=LABEL>
            <div class="hero-preview-header" aria-hidden="true">
                <Logo size=20 />
                <b>"Mara’s search"</b>
                <small>"36 open, 58 closed"</small>
            </div>
            <div class="hero-preview-board" aria-hidden="true">
                {COLUMNS.into_iter().map(|(kind, count, cards)| view! { <PreviewColumn kind count cards /> }).collect_view()}
            </div>
            <div class="hero-email" aria-hidden="true">
                <CompanyAvatar name="Hearth Homes" size=AvatarSize::Medium />
                <div class="grow">
                    <b>"Thank you for applying to Hearth Homes"</b>
                    <span class="text-ink-2">"We " <mark>"received your application"</mark> " for Pricing Analyst"</span>
                </div>
                <Icon of=Lucide::Mail class="text-ink-3" />
            </div>
            <div class="hero-toast" aria-hidden="true">
                <StageIcon kind=StageKind::Applied />
                "Hearth Homes added to Applied, from an email"
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn PreviewColumn(kind: StageKind, count: &'static str, cards: &'static [Card]) -> impl IntoView {
    let card = |card: &Card, class: &'static str| {
        let (company, title, source, age) = *card;
        view! {
            <div class=class>
                <div class="card-header">
                    <CompanyAvatar name=company />
                    <span class="card-company">{company}</span>
                    <span class="card-age">{age}</span>
                </div>
                <div class="card-title card-title-single">{title}</div>
                <div class="card-source">{source}</div>
            </div>
        }
    };
    let new = ("Hearth Homes", "Pricing Analyst", "Greenhouse", "0d");
    let existing = cards.iter().map(|other| card(other, "card")).collect_view();
    let body = match kind {
        // The other cards move down to make room for the new one.
        StageKind::Applied => view! {
            {card(&new, "card hero-new-card")}
            <div class="hero-shift hero-cards">{existing}</div>
        }
        .into_any(),
        _ => view! { <div class="hero-cards">{existing}</div> }.into_any(),
    };
    view! {
        <div class="hero-column" data-kind=kind.as_str()>
            <div class="hero-column-header">
                <StageIcon kind />
                <span>{kind.default_name()}</span>
                <span class="num">{count}</span>
            </div>
            {body}
        </div>
    }
    .into_any()
}
