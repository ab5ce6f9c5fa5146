const isLate = function () {
  return this.shipped > this.due;
};

exports.byOwner = (db, name) =>
  db.collection("orders").find({ $where: `this.owner == '${name}'` }).toArray(); // expect: injection/nosql-javascript

exports.late = (db) => db.collection("orders").find({ $where: isLate }).toArray();

exports.byNumber = (db, text) => {
  const number = parseInt(text, 10);
  return db.collection("orders").find({ $where: `this.number == ${number}` }).toArray();
};
