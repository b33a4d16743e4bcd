"""The app: map, flows, decisions and controls, one model for each session of a browser."""
