//! The page: order, words and looks.

use std::fmt::Write as _;

use quantities::Newtons;

use super::{LivePage, LiveStretch, histogram};
use crate::palette;
use crate::report::chart::{Chart, Lane, Series, Span};
use crate::report::svg::{clock, escape};
use crate::report::tables;

pub(super) fn build(page: &LivePage) -> String {
    let mut html = head(page);
    if !page.figures.is_empty() {
        section(
            &mut html,
            "Felt and counted",
            &tables::figures("By the arm's own sensors", &page.figures),
        );
    }
    section(&mut html, "Press over the session", &press(page));
    if !page.times.is_empty() {
        let mut body = String::from("<div class=\"pair\">\n");
        page.times
            .iter()
            .for_each(|spread| body.push_str(&histogram::draw(spread)));
        body.push_str(
            "</div>\n<p class=\"note\">Numbers over the bars are cycles; heights are their logarithms. A cycle counts into the \
             bar of the first bound that it does not exceed.</p>\n",
        );
        section(&mut html, "Times of the loop", &body);
    }
    let further: String = page.tables.iter().map(tables::table).collect();
    if !further.is_empty() {
        section(&mut html, "Further", &further);
    }
    if !page.notes.is_empty() {
        let lines = page
            .notes
            .iter()
            .map(|note| format!("<li>{}</li>\n", escape(note)));
        section(
            &mut html,
            "Notes",
            &format!("<ul>\n{}</ul>\n", lines.collect::<String>()),
        );
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn head(page: &LivePage) -> String {
    let (class, sign) = if page.is_sound {
        ("ok", "✓")
    } else {
        ("bad", "✗")
    };
    let lasted = page.stretch.get() * page.course.len() as f64;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}: {ending}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n<main>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"subtitle\">{}</p>\n\
         <p class=\"verdict {class}\"><strong>{sign} {ending}</strong> <span>{} min</span></p>\n</header>\n",
        include_str!("../report/page.css"),
        ".pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 8px 28px; }\n",
        escape(&page.subtitle),
        clock(lasted),
        title = escape(&page.title),
        ending = escape(&page.ending),
    )
}

fn section(html: &mut String, title: &str, body: &str) {
    let _ = write!(
        html,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\">{body}</div>\n</section>\n",
        escape(title)
    );
}

fn press(page: &LivePage) -> String {
    let chart = Chart {
        title: "Felt press over the session".to_owned(),
        description:
            "Felt and asked press and the ceiling in force; below, the steps and the monitor's word"
                .to_owned(),
        axis: "N",
        height: 240.0,
        time: (0.0, page.stretch.get() * page.course.len() as f64),
        from_zero: true,
        series: vec![
            series(page, "ceiling", palette::CEILING, true, |s| {
                s.ceiling.map(|c| (c, c))
            }),
            series(page, "felt", palette::TRUE_FORCE, false, |s| s.felt),
            series(page, "asked", palette::SET_POINT, true, |s| s.asked),
        ],
        lanes: vec![
            Lane {
                name: "step",
                spans: spans(
                    page,
                    |s| s.step,
                    |step| {
                        let name = page.steps.get(*step).cloned().unwrap_or_default();
                        (name, palette::nth(*step))
                    },
                ),
            },
            Lane {
                name: "monitor",
                spans: spans(
                    page,
                    |s| Some(s.reaction),
                    |word| ((*word).to_owned(), palette::reaction(word)),
                ),
            },
        ],
    };
    let mut body = chart.draw();
    body.push_str(
        "<p class=\"note\">Felt: the press as the arm's own wrist sensor gives it, tool's weight and inertia taken off; the lowest \
         and the highest of each stretch are drawn, so no peak is lost. The ceiling is the one in force while something \
         was touched. Time in minutes and seconds since the arm's first cycle.</p>\n",
    );
    body
}

/// Points of a curve that are nearer than this are joined by the chart (s).
const JOINED_S: f64 = 0.4;

fn series(
    page: &LivePage,
    name: &'static str,
    colour: palette::Rgb,
    dashed: bool,
    of: impl Fn(&LiveStretch) -> Option<(Newtons, Newtons)>,
) -> Series {
    let width = page.stretch.get();
    // However wide a stretch is, the chart joins only what is near.
    let points = (width / JOINED_S).ceil().max(1.0);
    let stretches = page.course.iter().enumerate();
    let samples = stretches.flat_map(|(index, stretch)| {
        // A stretch without a value breaks the curve.
        let (low, high) =
            of(stretch).map_or((f64::NAN, f64::NAN), |(low, high)| (low.get(), high.get()));
        (0..points as usize).flat_map(move |point| {
            let at = (index as f64 + (point as f64 + 0.5) / points) * width;
            [(at, low), (at, high)]
        })
    });
    Series {
        name,
        colour,
        dashed,
        samples: samples.collect(),
    }
}

/// Neighbouring stretches of one kind are one span.
fn spans<K: PartialEq>(
    page: &LivePage,
    kind: impl Fn(&LiveStretch) -> Option<K>,
    looks: impl Fn(&K) -> (String, palette::Rgb),
) -> Vec<Span> {
    let width = page.stretch.get();
    let mut spans: Vec<Span> = Vec::new();
    let mut before: Option<K> = None;
    for (index, stretch) in page.course.iter().enumerate() {
        let (from, to) = (index as f64 * width, (index + 1) as f64 * width);
        let here = kind(stretch);
        match (&here, spans.last_mut()) {
            (Some(_), Some(last)) if here == before => last.time.1 = to,
            (Some(kind), _) => {
                let (name, colour) = looks(kind);
                spans.push(Span {
                    time: (from, to),
                    name,
                    colour,
                });
            }
            (None, _) => {}
        }
        before = here;
    }
    spans
}
