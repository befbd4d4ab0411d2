//! The mesh files that a URDF names. They are never read: the project computes with inertials and the
//! profile's capsules. But whoever brings a URDF wants to know whether its pictures came along.

/// What a mesh is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshPurpose {
    /// To be looked at.
    Visual,
    /// To be kept clear of.
    Collision,
}

/// A mesh file that a link names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeshReference {
    /// The link.
    pub link: String,
    /// What it is for.
    pub purpose: MeshPurpose,
    /// Path or address as written: `package://...`, `file://...`, or a path.
    pub file: String,
}

/// Meshes of one link, in file order, pictures first.
pub(crate) fn meshes_of(link: &urdf_rs::Link) -> impl Iterator<Item = MeshReference> + '_ {
    let visual = link
        .visual
        .iter()
        .map(|v| (MeshPurpose::Visual, &v.geometry));
    let collision = link
        .collision
        .iter()
        .map(|c| (MeshPurpose::Collision, &c.geometry));
    visual
        .chain(collision)
        .filter_map(|(purpose, geometry)| match geometry {
            urdf_rs::Geometry::Mesh { filename, .. } => Some(MeshReference {
                link: link.name.clone(),
                purpose,
                file: filename.clone(),
            }),
            urdf_rs::Geometry::Box { .. }
            | urdf_rs::Geometry::Cylinder { .. }
            | urdf_rs::Geometry::Capsule { .. }
            | urdf_rs::Geometry::Sphere { .. } => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RobotDescription;

    #[test]
    fn meshes_and_mimics_are_told_but_shapes_are_not() {
        let text = r#"<robot name="r">
          <link name="a">
            <visual><geometry><mesh filename="package://p/a.dae"/></geometry></visual>
            <visual><geometry><box size="1 1 1"/></geometry></visual>
            <collision><geometry><mesh filename="meshes/a.stl"/></geometry></collision>
          </link>
          <link name="b"/><link name="c"/>
          <joint name="f" type="prismatic"><parent link="a"/><child link="b"/><axis xyz="1 0 0"/>
            <limit lower="0" upper="1" velocity="1" effort="1"/></joint>
          <joint name="g" type="prismatic"><parent link="a"/><child link="c"/><axis xyz="1 0 0"/>
            <limit lower="0" upper="1" velocity="1" effort="1"/><mimic joint="f"/></joint>
        </robot>"#;
        let (robot, _) = RobotDescription::parse(text).expect("a URDF");
        let told: Vec<(MeshPurpose, &str)> = robot
            .meshes()
            .iter()
            .map(|mesh| (mesh.purpose, mesh.file.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (MeshPurpose::Visual, "package://p/a.dae"),
                (MeshPurpose::Collision, "meshes/a.stl")
            ]
        );
        assert_eq!(robot.mimics().collect::<Vec<_>>(), [("g", "f")]);
    }
}
