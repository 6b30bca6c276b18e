// The map that moves: areas and places of the house itself, without tiles, glyphs or any other address.
import { AttributionControl, LngLatBounds, Map, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";

export async function showMap(frame) {
  setWorkerUrl(new URL(frame.dataset.worker, window.location.href).href);
  const [areas, points] = await Promise.all([load(frame.dataset.areas), load(frame.dataset.points)]);
  const box = document.createElement("div");
  box.className = "map-live";
  frame.replaceChildren(box);
  const map = new Map({
    container: box,
    style: look(areas, points, frame.dataset.chosen ?? ""),
    bounds: extent(areas, points),
    fitBoundsOptions: { padding: 24, maxZoom: 12 },
    attributionControl: false,
    dragRotate: false,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.addControl(new AttributionControl({ compact: true, customAttribution: frame.dataset.source ?? "" }));
  tell(map, points.features.length ? "points" : "areas");
  frame.dataset.mapReady = "";
}

async function load(address) {
  if (!address) return { type: "FeatureCollection", features: [] };
  const answer = await fetch(address, { credentials: "same-origin" });
  return answer.json();
}

function look(areas, points, chosen) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const isChosen = ["==", ["get", "code"], chosen];
  return {
    version: 8,
    sources: { areas: { type: "geojson", data: areas }, points: { type: "geojson", data: points } },
    layers: [
      { id: "water", type: "background", paint: { "background-color": colour("water") } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": colour("land") } },
      { id: "borders", type: "line", source: "areas", paint: { "line-color": colour("paper"), "line-width": 1.2 } },
      {
        id: "points",
        type: "circle",
        source: "points",
        paint: {
          "circle-color": ["case", isChosen, colour("accent"), colour(chosen ? "quiet" : "accent")],
          "circle-radius": ["coalesce", ["get", "radius"], ["case", isChosen, 9, 6]],
          "circle-opacity": 0.8,
          "circle-stroke-color": colour("paper"),
          "circle-stroke-width": 1.5,
        },
      },
    ],
  };
}

function extent(areas, points) {
  const box = new LngLatBounds();
  const add = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(add));
  for (const feature of [...areas.features, ...points.features]) add(feature.geometry.coordinates);
  return box;
}

function tell(map, layer) {
  const popup = new Popup({ closeButton: false });
  map.on("mousemove", layer, (event) => {
    const { words, href } = event.features[0].properties;
    map.getCanvas().style.cursor = href ? "pointer" : "";
    popup.setLngLat(event.lngLat).setText(words).addTo(map);
  });
  map.on("mouseleave", layer, () => popup.remove());
  map.on("click", layer, (event) => {
    const { href } = event.features[0].properties;
    if (href) window.location.assign(href);
  });
}
