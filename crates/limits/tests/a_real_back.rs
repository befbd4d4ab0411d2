//! The envelope on the built-in body: zones, keep-out and edges come out as the table says.

use anatomy::{BodyParameters, Level, Sex, parametric_back};
use limits::{Envelope, RawLimits, Zone};
use quantities::{Kilograms, Metres, SquareMetres};

#[test]
fn the_built_in_body_has_its_ceilings_in_their_places() {
    let body = BodyParameters {
        sex: Sex::Female,
        stature: Metres::new(1.68),
        mass: Kilograms::new(64.0),
    };
    let back = parametric_back(&body).expect("a body");
    let envelope = Envelope::for_back(&RawLimits::default(), &back).expect("defaults hold");
    let palm = SquareMetres::new(49e-4);
    let at = |u: Metres, v: f64| envelope.force_ceiling_at(u, Metres::new(v), palm).get();
    let l4 = back.level(Level::L4);
    assert_eq!(at(l4, 0.05), 40.0);
    assert_eq!(at(l4, -0.05), 40.0);
    assert_eq!(at(l4, 0.0), 5.0, "on the spine");
    let (lowest, highest) = back.u_range();
    assert_eq!(at(highest + Metres::new(0.05), 0.05), 0.0);
    assert_eq!(at(lowest - Metres::new(0.05), 0.05), 0.0);
    // Second route: the back's own zones, asked between the nodes; the envelope may only be lower.
    let mut compared = 0;
    for i in 0..160 {
        for j in -60..=60 {
            let (u, v) = (
                lowest + Metres::new(0.0037 * f64::from(i)),
                0.0031 * f64::from(j),
            );
            let zone = back.zone_at(u, Metres::new(v));
            let ceiling = at(u, v);
            assert!(
                ceiling <= envelope.force_ceiling(zone, palm).get(),
                "{zone:?} at {u}, {v}"
            );
            compared += usize::from(ceiling > 0.0 && zone != Zone::NoContact);
        }
    }
    assert!(compared > 5_000, "{compared} places may be touched");
}
