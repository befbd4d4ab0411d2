//! How the viewer arranges the recording: the table on the left, plots and words on the right.
//!
//! Written as the viewer's own blueprint messages, because rerun's builder does not reach the properties that
//! matter here: camera, shared time axes, the trail's length.

use rerun::RecordingStreamBuilder;
use rerun::external::re_log_types::{BlueprintActivationCommand, LogMsg};
use rerun::external::re_sdk_types::blueprint::{archetypes as shape, components as part};
use rerun::external::re_sdk_types::components as plain;
use rerun::external::re_sdk_types::datatypes::{
    TimeInt, TimeRange, TimeRangeBoundary, Uuid, VisibleTimeRange,
};
use rerun::{AsComponents, RecordingStream};

use super::canvas::{APPLICATION, Canvas, TIMELINE};
use super::motion::TRAIL;
use crate::session::Session;
use crate::{Scene, ViewerError};

/// How much of the trail is shown (s).
const TRAIL_S: i64 = 20;
/// The close-up of the force shows this much before and after the cursor (s).
const CLOSE_UP_S: (i64, i64) = (8, 2);
const NANOS: i64 = 1_000_000_000;

/// Sends the layout and makes it the active one.
pub(super) fn send(canvas: &Canvas, scene: &Scene, session: &Session) -> Result<(), ViewerError> {
    let messages = build(scene, session).map_err(|e| canvas.refused(e))?;
    let named = messages.iter().find_map(|message| match message {
        LogMsg::SetStoreInfo(info) => Some(info.info.store_id.clone()),
        LogMsg::ArrowMsg(..) | LogMsg::BlueprintActivationCommand(_) => None,
    });
    if let Some(blueprint_id) = named {
        let activation = BlueprintActivationCommand {
            blueprint_id,
            make_active: true,
            make_default: true,
        };
        canvas.stream().send_blueprint(messages, activation);
    }
    Ok(())
}

type Logged<T> = rerun::RecordingStreamResult<T>;

fn build(scene: &Scene, session: &Session) -> Logged<Vec<LogMsg>> {
    let (stream, storage) = RecordingStreamBuilder::new(APPLICATION)
        .blueprint()
        .memory()?;
    stream.set_time_sequence("blueprint", 0);
    let mut layout = Layout {
        stream,
        made: 0,
        whole: whole(session),
    };
    let table = layout.table(scene, session)?;
    let plots = layout.plots()?;
    let root = layout.container(
        part::ContainerKind::Horizontal,
        &[table, plots],
        &[1.25, 1.0],
    )?;
    let viewport = shape::ViewportBlueprint::new()
        .with_root_container(part::RootContainer(root.id))
        .with_auto_layout(false)
        .with_auto_views(false);
    layout.stream.log("viewport", &viewport)?;
    let hidden = shape::PanelBlueprint::new().with_state(part::PanelState::Collapsed);
    layout.stream.log("blueprint_panel", &hidden)?;
    layout.stream.log("selection_panel", &hidden)?;
    let time = shape::TimePanelBlueprint::new()
        .with_state(part::PanelState::Collapsed)
        .with_timeline(TIMELINE);
    layout.stream.log("time_panel", &time)?;
    Ok(storage.take())
}

/// A view or container that has been told to the viewer.
struct Placed {
    id: Uuid,
    path: String,
}

struct Layout {
    stream: RecordingStream,
    made: u8,
    /// The session from its first to its last message.
    whole: TimeRange,
}

impl Layout {
    fn next(&mut self, kind: &str) -> Placed {
        self.made += 1;
        let mut bytes = *b"knead layout 000";
        bytes[15] = self.made;
        let id = Uuid { bytes };
        Placed {
            id,
            path: format!("{kind}/{id}"),
        }
    }

    fn container(
        &mut self,
        kind: part::ContainerKind,
        children: &[Placed],
        shares: &[f32],
    ) -> Logged<Placed> {
        let placed = self.next("container");
        let contents = children
            .iter()
            .map(|c| part::IncludedContent(c.path.as_str().into()));
        let shares = shares.iter().copied();
        let mut container = shape::ContainerBlueprint::new(kind).with_contents(contents);
        container = match kind {
            part::ContainerKind::Horizontal => {
                container.with_col_shares(shares.map(part::ColumnShare::from))
            }
            part::ContainerKind::Vertical => {
                container.with_row_shares(shares.map(part::RowShare::from))
            }
            part::ContainerKind::Tabs | part::ContainerKind::Grid => container,
        };
        if let (part::ContainerKind::Tabs, Some(first)) = (kind, children.first()) {
            container = container.with_active_tab(first.path.as_str());
        }
        self.stream.log(placed.path.as_str(), &container)?;
        Ok(placed)
    }

    fn view(&mut self, class: &str, name: &str, contents: &[&str]) -> Logged<Placed> {
        let placed = self.next("view");
        let queries = contents
            .iter()
            .map(|query| part::QueryExpression((*query).into()));
        let contents = shape::ViewContents::new(queries);
        self.stream
            .log(format!("{}/ViewContents", placed.path), &contents)?;
        let view = shape::ViewBlueprint::new(part::ViewClass(class.into()))
            .with_display_name(name)
            .with_space_origin("/");
        self.stream.log(placed.path.as_str(), &view)?;
        Ok(placed)
    }

    fn property(&self, view: &Placed, name: &str, what: &dyn AsComponents) -> Logged<()> {
        self.stream.log(format!("{}/{name}", view.path), what)
    }

    /// The 3D view with its camera and the length of the trail.
    fn table(&mut self, scene: &Scene, session: &Session) -> Logged<Placed> {
        let view = self.view("3D", "Table", &["+ /world/**"])?;
        let (position, target) = camera(scene, session);
        let eye = shape::EyeControls3D::new()
            .with_kind(part::Eye3DKind::Orbital)
            .with_position(position)
            .with_look_target(target)
            .with_eye_up([0.0, 0.0, 1.0]);
        self.property(&view, "EyeControls3D", &eye)?;
        let background = shape::Background::new(part::BackgroundKind::GradientDark);
        self.property(&view, "Background", &background)?;
        let trail = shape::VisibleTimeRanges::new([around_cursor(TRAIL_S, 0)]);
        let overrides = format!("ViewContents/overrides/{TRAIL}/visualizers");
        self.property(&view, &overrides, &trail)?;
        Ok(view)
    }

    fn plot(&mut self, name: &str, contents: &[&str]) -> Logged<Placed> {
        let view = self.view("TimeSeries", name, contents)?;
        let legend = shape::PlotLegend::new().with_corner(part::Corner2D::RightTop);
        self.property(&view, "PlotLegend", &legend)?;
        let shared = shape::TimeAxis::new()
            .with_link(part::LinkAxis::Independent)
            .with_view_range(self.whole);
        self.property(&view, "TimeAxis", &shared)?;
        Ok(view)
    }

    /// The force around the cursor; its time axis is its own.
    fn close_up(&mut self) -> Logged<Placed> {
        let view = self.view("TimeSeries", "Normal force, close up (N)", &["+ /force/**"])?;
        let legend = shape::PlotLegend::new().with_corner(part::Corner2D::RightTop);
        self.property(&view, "PlotLegend", &legend)?;
        let (before, after) = CLOSE_UP_S;
        let own = shape::TimeAxis::new()
            .with_link(part::LinkAxis::Independent)
            .with_view_range(relative(before, after));
        self.property(&view, "TimeAxis", &own)?;
        Ok(view)
    }

    fn plots(&mut self) -> Logged<Placed> {
        let tabs = part::ContainerKind::Tabs;
        let force = [
            self.plot("Normal force (N)", &["+ /force/**"])?,
            self.close_up()?,
        ];
        let force = self.container(tabs, &force, &[])?;
        let near = [
            self.plot("Clearance from the spine (mm)", &["+ /clearance/**"])?,
            self.plot("Peak pressure (kPa)", &["+ /pressure/**"])?,
        ];
        let near = self.container(tabs, &near, &[])?;
        let errors = [
            self.plot("Error along the skin (mm)", &["+ /error/tangential"])?,
            self.plot("Tool axis to normal (deg)", &["+ /error/normal"])?,
            self.plot("Joint torque (Nm)", &["+ /joints/torque"])?,
            self.plot("Joint velocity (rad/s)", &["+ /joints/velocity"])?,
            self.plot("Joint position (rad)", &["+ /joints/position"])?,
        ];
        let errors = self.container(tabs, &errors, &[])?;
        let states = self.view("StateTimeline", "States", &["+ /state/**"])?;
        let words = [
            self.view("TextLog", "Log", &["+ /log/**", "+ /verdict"])?,
            self.view("TextLog", "Verdicts", &["+ /verdict"])?,
            self.view("TextDocument", "About", &["+ /about"])?,
        ];
        let words = self.container(tabs, &words, &[])?;
        let rows = [force, near, errors, states, words];
        self.container(
            part::ContainerKind::Vertical,
            &rows,
            &[2.8, 1.8, 1.8, 3.3, 1.5],
        )
    }
}

/// The whole session, and room on its right where the legend does not cover a curve.
fn whole(session: &Session) -> TimeRange {
    let end_ns = session.contacts.last().map_or(1, |c| c.at_ns.max(1));
    let end_ns = end_ns.saturating_add(end_ns / 6);
    TimeRange {
        start: TimeRangeBoundary::Absolute(TimeInt(0)),
        end: TimeRangeBoundary::Absolute(TimeInt(i64::try_from(end_ns).unwrap_or(i64::MAX))),
    }
}

fn relative(before_s: i64, after_s: i64) -> TimeRange {
    TimeRange {
        start: TimeRangeBoundary::CursorRelative(TimeInt(-before_s * NANOS)),
        end: TimeRangeBoundary::CursorRelative(TimeInt(after_s * NANOS)),
    }
}

fn around_cursor(before_s: i64, after_s: i64) -> VisibleTimeRange {
    VisibleTimeRange {
        timeline: TIMELINE.into(),
        range: relative(before_s, after_s),
    }
}

/// Where the camera stands and what it looks at (m): over the foot end, on the side away from the arm.
fn camera(scene: &Scene, session: &Session) -> (plain::Position3D, plain::Position3D) {
    let places = scene.body.vertices.iter().map(|p| p.raw().coords);
    let count = scene.body.vertices.len().max(1) as f64;
    let middle = places.clone().sum::<nalgebra::Vector3<f64>>() / count;
    let size = places
        .map(|p| (p - middle).norm())
        .fold(0.0, f64::max)
        .max(0.4);
    let side = camera_side(scene, session);
    let eye = middle + nalgebra::Vector3::new(-1.3, 1.6 * side, 1.55) * size;
    let floats = |v: nalgebra::Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
    (
        floats(eye).into(),
        floats(middle + nalgebra::Vector3::new(0.0, -0.05 * side, 0.15)).into(),
    )
}

/// +1 when the camera stands on the client's left, -1 on the right: away from the arm.
pub(super) fn camera_side(scene: &Scene, session: &Session) -> f64 {
    let across = scene.body.vertices.iter().map(|p| p.y());
    let middle = across.sum::<f64>() / scene.body.vertices.len().max(1) as f64;
    let first = session
        .transforms
        .first()
        .and_then(|(_, bundle)| bundle.first());
    if first.is_some_and(|link| link.position[1] > middle) {
        -1.0
    } else {
        1.0
    }
}
