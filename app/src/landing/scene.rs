//! The scene on the landing page: a board, a mail that comes in, and the card that it becomes. Made of the board's own
//! parts, moved by style sheets alone, once and for less than five seconds.

use crate::{
    jobapps::{CompanyMark, StageGlyph},
    ui::{Icon, Lucide},
    users::Logo,
};
use domain::jobapps::StageKind;
use leptos::prelude::*;

type Row = (&'static str, &'static str, &'static str, &'static str);

const COLUMNS: [(StageKind, &str, &[Row]); 5] = [
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

const WORDS: &str = "A picture of the board: five columns from To Apply to Offer. A mail, “Thank you for applying to Hearth Homes”, becomes a new card in Applied.";

/// The scene, one picture to whoever does not see it.
#[component]
pub fn Scene() -> impl IntoView {
    view! {
        <div class="scene" role="img" aria-label=WORDS>
            <div class="scene-bar" aria-hidden="true">
                <Logo edge=20 />
                <b>"Mara’s search"</b>
                <small>"36 open, 58 closed"</small>
            </div>
            <div class="scene-board" aria-hidden="true">
                {COLUMNS.into_iter().map(|(kind, count, rows)| view! { <SceneColumn kind count rows /> }).collect_view()}
            </div>
            <div class="scene-mail" aria-hidden="true">
                <CompanyMark name="Hearth Homes" size=crate::jobapps::MarkSize::Medium />
                <div class="grow">
                    <b>"Thank you for applying to Hearth Homes"</b>
                    <span class="text-ink-2">"We " <mark>"received your application"</mark> " for Pricing Analyst"</span>
                </div>
                <Icon of=Lucide::Mail class="text-ink-3" />
            </div>
            <div class="scene-said" aria-hidden="true">
                <StageGlyph kind=StageKind::Applied />
                "Hearth Homes added to Applied, from a mail"
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn SceneColumn(kind: StageKind, count: &'static str, rows: &'static [Row]) -> impl IntoView {
    let card = |row: &Row, class: &'static str| {
        let (company, title, source, age) = *row;
        view! {
            <div class=class>
                <div class="top">
                    <CompanyMark name=company />
                    <span class="co">{company}</span>
                    <span class="age">{age}</span>
                </div>
                <div class="ti ti-one">{title}</div>
                <div class="meta">{source}</div>
            </div>
        }
    };
    let new = ("Hearth Homes", "Pricing Analyst", "Greenhouse", "0d");
    let rest = rows.iter().map(|row| card(row, "card-a")).collect_view();
    let body = match kind {
        // Where the new card lands, the others make room.
        StageKind::Applied => view! {
            {card(&new, "card-a scene-new")}
            <div class="scene-room scene-list">{rest}</div>
        }
        .into_any(),
        _ => view! { <div class="scene-list">{rest}</div> }.into_any(),
    };
    view! {
        <div class="scene-col" data-kind=kind.as_str()>
            <div class="scene-head">
                <StageGlyph kind />
                <span>{kind.first_name()}</span>
                <span class="num">{count}</span>
            </div>
            {body}
        </div>
    }
    .into_any()
}
