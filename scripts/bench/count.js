// Has a library of npm read a file: count.js LIBRARY FILE. Prints the claims that it read.
const fs = require("fs");

const [library, path] = process.argv.slice(2);
const say = (claims) => console.log(JSON.stringify({ claims }));

if (library === "node-x12") {
  const { X12Parser } = require("node-x12");
  const read = new X12Parser(true).parse(fs.readFileSync(path, "utf8"));
  let claims = 0;
  for (const interchange of read.interchanges || [read]) {
    for (const group of interchange.functionalGroups) {
      for (const set of group.transactions) {
        claims += set.segments.filter((segment) => segment.tag === "CLM").length;
      }
    }
  }
  say(claims);
} else {
  const { X12parser } = require("x12-parser");
  let claims = 0;
  fs.createReadStream(path)
    .pipe(new X12parser())
    .on("data", (segment) => (claims += segment.name === "CLM" ? 1 : 0))
    .on("end", () => say(claims));
}
