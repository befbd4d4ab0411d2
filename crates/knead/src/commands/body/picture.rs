//! What a fit found, drawn from above with the head up: a picture that shows at a glance when it is wrong.
//!
//! Grey dots are the scan; the fitted skin is shaded by a light from the upper left and tinted by zone.
//! Over it lie the midline with its 95 % band, the levels, the blades and the other bone.

use std::path::Path;

use anatomy::{Back, Bone, Level, PointCloud, Registration, Side, Zone};
use quantities::{Metres, Point, Table};

use super::lettering;
use crate::failure::Failure;

type Colour = [f64; 3];

/// Size of a pixel on the table (m).
const PIXEL: f64 = 0.001;
/// Around the fitted skin (m).
const MARGIN: f64 = 0.03;
/// Room for the levels' names on the right (pixels).
const NAMES: usize = 120;
/// Room for the words below (pixels).
const WORDS: usize = 64;
/// Size of a dot of a letter (pixels).
const DOT: u32 = 3;

const GROUND: Colour = [0.10, 0.11, 0.13];
const SCAN: Colour = [0.46, 0.47, 0.50];
const INK: Colour = [0.95, 0.95, 0.95];
const MIDLINE: Colour = [0.90, 0.10, 0.10];
const BAND: Colour = [1.0, 0.45, 0.35];
const BLADE: Colour = [0.10, 0.25, 0.85];
const BONE: Colour = [0.45, 0.20, 0.60];
const GIVEN: Colour = [0.0, 0.75, 0.35];

const fn tint(zone: Zone) -> Colour {
    match zone {
        Zone::Paraspinal => [0.98, 0.86, 0.74],
        Zone::Latissimus => [0.80, 0.90, 0.76],
        Zone::Trapezius => [0.98, 0.78, 0.45],
        Zone::ShoulderBlade => [0.74, 0.84, 0.96],
        Zone::Kidney => [0.98, 0.66, 0.66],
        Zone::Sacrum => [0.86, 0.78, 0.92],
        Zone::Buttock => [0.93, 0.88, 0.66],
        Zone::NeckBase => [0.96, 0.60, 0.40],
        Zone::NoContact => [0.60, 0.60, 0.60],
    }
}

/// A picture of the table seen from above.
struct Canvas {
    width: usize,
    height: usize,
    /// Upper left corner: largest x (m), largest y (m).
    corner: (f64, f64),
    pixels: Vec<Colour>,
}

impl Canvas {
    fn over(back: &Back) -> Self {
        let bounds = back.surface().bounds();
        let width = ((bounds.max_y - bounds.min_y + 2.0 * MARGIN) / PIXEL) as usize + NAMES;
        let height = ((bounds.max_x - bounds.min_x + 2.0 * MARGIN) / PIXEL) as usize + WORDS;
        Self {
            width,
            height,
            corner: (bounds.max_x + MARGIN, bounds.max_y + MARGIN),
            pixels: vec![GROUND; width * height],
        }
    }

    /// Column and row of a place of the table.
    fn pixel(&self, x: f64, y: f64) -> (f64, f64) {
        ((self.corner.1 - y) / PIXEL, (self.corner.0 - x) / PIXEL)
    }

    fn mix(&mut self, column: f64, row: f64, colour: Colour, share: f64) {
        if !(column >= 0.0 && row >= 0.0) {
            return;
        }
        let (column, row) = (column as usize, row as usize);
        if column >= self.width || row >= self.height {
            return;
        }
        if let Some(pixel) = self.pixels.get_mut(row * self.width + column) {
            for (here, wanted) in pixel.iter_mut().zip(colour) {
                *here += share * (wanted - *here);
            }
        }
    }

    /// A line between two places of the table, `thick` pixels wide.
    fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour, thick: f64) {
        let (a, b) = (self.pixel(from.0, from.1), self.pixel(to.0, to.1));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let steps = (dx.abs().max(dy.abs()) * 2.0).ceil().clamp(1.0, 1e5) as usize;
        let half = (0.5 * thick).floor() as i32;
        for k in 0..=steps {
            let t = k as f64 / steps as f64;
            for i in -half..=half {
                for j in -half..=half {
                    let (column, row) = (a.0 + t * dx + f64::from(i), a.1 + t * dy + f64::from(j));
                    self.mix(column, row, colour, 0.8);
                }
            }
        }
    }

    /// A word with its upper left corner at a pixel.
    fn word(&mut self, text: &str, column: f64, row: f64, colour: Colour) {
        for (x, y) in lettering::dots(text) {
            for i in 0..DOT {
                for j in 0..DOT {
                    let (x, y) = (f64::from(DOT * x + i), f64::from(DOT * y + j));
                    self.mix(column + x, row + y, colour, 1.0);
                }
            }
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |c: f64| (255.0 * c.clamp(0.0, 1.0)).round() as u8;
        self.pixels.iter().flatten().map(|c| byte(*c)).collect()
    }
}

/// Draws and writes `back.png`.
pub(super) fn write(
    path: &Path,
    cloud: Option<&PointCloud>,
    fit: Drawn<'_>,
) -> Result<(), Failure> {
    let canvas = draw(cloud, fit);
    let failed = |e: &dyn std::fmt::Display| Failure::Input(format!("{}: {e}", path.display()));
    let file = std::fs::File::create(path).map_err(|e| failed(&e))?;
    let (width, height) = (canvas.width as u32, canvas.height as u32);
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| failed(&e))?;
    writer
        .write_image_data(&canvas.bytes())
        .map_err(|e| failed(&e))?;
    writer.finish().map_err(|e| failed(&e))
}

/// What is drawn.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'a> {
    /// The back found.
    pub back: &'a Back,
    /// How it was found.
    pub report: &'a anatomy::FitReport,
}

impl<'a> From<&'a Registration> for Drawn<'a> {
    fn from(fit: &'a Registration) -> Self {
        Self {
            back: &fit.back,
            report: &fit.report,
        }
    }
}

fn draw(cloud: Option<&PointCloud>, fit: Drawn<'_>) -> Canvas {
    let mut canvas = Canvas::over(fit.back);
    for p in cloud.iter().flat_map(|cloud| cloud.points()) {
        if p.z() > 0.03 {
            let (column, row) = canvas.pixel(p.x(), p.y());
            for (right, down) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                canvas.mix(column + right, row + down, SCAN, 1.0);
            }
        }
    }
    skin(&mut canvas, fit.back);
    for bone in [
        Bone::ScapulaSpine,
        Bone::IliacCrest,
        Bone::Sacrum,
        Bone::RibEdge,
    ] {
        for side in Side::BOTH {
            curve(
                &mut canvas,
                fit.back,
                &fit.back.bone_ridge(bone, side),
                BONE,
                3.0,
            );
        }
    }
    for side in Side::BOTH {
        curve(
            &mut canvas,
            fit.back,
            &fit.back.blade_border(side),
            BLADE,
            3.0,
        );
    }
    midline(&mut canvas, fit);
    levels(&mut canvas, fit.back);
    given(&mut canvas, fit);
    words(&mut canvas, fit);
    canvas
}

/// Shaded and tinted skin.
fn skin(canvas: &mut Canvas, back: &Back) {
    // Light from head and left side, 45 degrees up.
    let light = [0.5, 0.5, 0.707];
    for row in 0..canvas.height.saturating_sub(WORDS) {
        for column in 0..canvas.width.saturating_sub(NAMES) {
            let (x, y) = (
                canvas.corner.0 - (row as f64 + 0.5) * PIXEL,
                canvas.corner.1 - (column as f64 + 0.5) * PIXEL,
            );
            let Some(point) = back.surface().point_at(x, y) else {
                continue;
            };
            let Some(normal) = back.surface().normal_at(x, y) else {
                continue;
            };
            let zone = match back.chart().locate(&point) {
                Some((u, v)) => back.zone_at(u, v),
                None => Zone::NoContact,
            };
            let facing: f64 = normal.raw().iter().zip(light).map(|(n, l)| n * l).sum();
            let shade = (0.35 + 0.9 * facing).clamp(0.15, 1.1);
            canvas.mix(
                column as f64,
                row as f64,
                tint(zone).map(|c| c * shade),
                1.0,
            );
        }
    }
}

fn curve(
    canvas: &mut Canvas,
    back: &Back,
    places: &[(Metres, Metres)],
    colour: Colour,
    thick: f64,
) {
    let on_skin: Vec<Option<Point<Table>>> = places
        .iter()
        .map(|(u, v)| back.chart().at(*u, *v).map(|place| place.point))
        .collect();
    for pair in on_skin.windows(2) {
        if let [Some(a), Some(b)] = pair {
            canvas.line((a.x(), a.y()), (b.x(), b.y()), colour, thick);
        }
    }
}

fn midline(canvas: &mut Canvas, fit: Drawn<'_>) {
    let back = fit.back;
    let half = back.midline_uncertainty();
    let (low, high) = (back.u_range().0, back.level(Level::C7));
    let steps = 600;
    for k in 0..=steps {
        let u = low + (high - low) * (f64::from(k) / f64::from(steps));
        for j in -20..=20 {
            let v = half * (f64::from(j) / 20.0);
            if let Some(place) = back.chart().at(u, v) {
                let (column, row) = canvas.pixel(place.point.x(), place.point.y());
                canvas.mix(column, row, BAND, 0.25);
            }
        }
    }
    for pair in back.spine().windows(2) {
        if let [a, b] = pair {
            canvas.line((a.x(), a.y()), (b.x(), b.y()), MIDLINE, 2.0);
        }
    }
}

/// A tick and a name for each level; the names stand in a column of their own, pushed apart.
fn levels(canvas: &mut Canvas, back: &Back) {
    let column = canvas.width as f64 - NAMES as f64 + 12.0;
    let mut next = f64::INFINITY;
    for level in Level::ALL {
        let u = back.level(level);
        let Some(place) = back.chart().at(u, Metres::ZERO) else {
            continue;
        };
        let here = canvas.pixel(place.point.x(), place.point.y());
        let row = here.1.min(next - f64::from(DOT * 6));
        next = row;
        for side in [-0.012, 0.012] {
            if let Some(end) = back.chart().at(u, Metres::new(side)) {
                let (a, b) = (place.point, end.point);
                canvas.line((a.x(), a.y()), (b.x(), b.y()), INK, 2.0);
            }
        }
        let text = if level == Level::TailBone {
            "TAIL"
        } else {
            level.name()
        };
        canvas.word(text, column, row - f64::from(DOT * 2), INK);
        let (from, to) = (here.0 + 30.0, column - 6.0);
        let dots = ((to - from) / 6.0).max(0.0) as usize;
        for k in 0..dots {
            let t = k as f64 / dots as f64;
            canvas.mix(
                from + t * (to - from),
                here.1 + t * (row - here.1),
                INK,
                0.6,
            );
        }
    }
}

/// Landmarks that were given, as crosses.
fn given(canvas: &mut Canvas, fit: Drawn<'_>) {
    for landmark in fit.report.certainty.landmarks.iter().filter(|l| l.given) {
        let (x, y) = (landmark.point.x(), landmark.point.y());
        canvas.line((x - 0.006, y - 0.006), (x + 0.006, y + 0.006), GIVEN, 2.0);
        canvas.line((x - 0.006, y + 0.006), (x + 0.006, y - 0.006), GIVEN, 2.0);
    }
}

fn words(canvas: &mut Canvas, fit: Drawn<'_>) {
    let certainty = &fit.report.certainty;
    let along = certainty
        .landmarks
        .iter()
        .map(|l| l.along.get())
        .fold(0.0, f64::max);
    let lines = [
        format!(
            "MIDLINE +-{:.1} MM, LEVELS +-{:.0} MM (95%)",
            fit.back.midline_uncertainty().get() * 1e3,
            along * 1e3
        ),
        format!(
            "CONFIDENCE {:.0}%, SEEN {:.0}%, TURNED {:.1} DEG",
            certainty.confidence * 100.0,
            fit.report.coverage * 100.0,
            certainty.turned_degrees
        ),
    ];
    let mut row = canvas.height as f64 - WORDS as f64 + 10.0;
    for line in lines {
        canvas.word(&line, 16.0, row, INK);
        row += f64::from(DOT * 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anatomy::{BodyParameters, KnownLandmarks, Sex, parametric_body, register_known};
    use quantities::Kilograms;

    #[test]
    fn a_picture_shows_the_midline_where_the_fit_put_it_and_reads_back() {
        let (truth, landmarks) = parametric_body(&BodyParameters {
            sex: Sex::Female,
            stature: Metres::new(1.65),
            mass: Kilograms::new(64.0),
        })
        .expect("a body");
        let net = (-100..150).flat_map(|i| (-70..=70).map(move |j| (i, j)));
        let points = net.filter_map(|(i, j)| {
            let (x, y) = (0.004 * f64::from(i), 0.004 * f64::from(j));
            truth.surface().point_at(x, y)
        });
        let cloud = PointCloud::from_points(points);
        let fit = register_known(&cloud, &KnownLandmarks::from(landmarks)).expect("a fit");
        let canvas = draw(Some(&cloud), Drawn::from(&fit));
        let middle = fit.back.chart().at(fit.back.level(Level::L1), Metres::ZERO);
        let place = middle.expect("on the chart").point;
        let (column, row) = canvas.pixel(place.x() + 0.006, place.y());
        let here = canvas.pixels[row as usize * canvas.width + column as usize];
        assert!(here[0] > 0.7 && here[1] < 0.35, "{here:?}");
        let path = std::env::temp_dir().join(format!("knead-back-{}.png", std::process::id()));
        write(&path, Some(&cloud), Drawn::from(&fit)).expect("a file");
        let file = std::fs::File::open(&path).expect("the file");
        let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info();
        let info = reader.expect("a PNG").info().size();
        assert_eq!(info, (canvas.width as u32, canvas.height as u32));
        std::fs::remove_file(&path).expect("clean up");
    }
}
