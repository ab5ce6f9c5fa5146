package search

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

var orders *mongo.Collection

func search(w http.ResponseWriter, r *http.Request) {
	filter := bson.M{}
	json.NewDecoder(r.Body).Decode(&filter)
	orders.Find(r.Context(), filter) // expect: injection/nosql-operator
}

func remove(c *gin.Context) {
	var filter map[string]any
	if c.BindJSON(&filter) == nil {
		orders.DeleteMany(c, filter) // expect: injection/nosql-operator
	}
}

func insert(c *gin.Context) {
	var order bson.M
	if c.BindJSON(&order) == nil {
		orders.InsertOne(c, order)
	}
}

func named(c *gin.Context) {
	var form map[string]string
	if c.BindJSON(&form) == nil {
		orders.FindOne(c, bson.M{"name": form["name"]})
	}
}
