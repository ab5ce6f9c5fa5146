package graph

import (
	"github.com/graphql-go/graphql"
)

var statusEnum = graphql.NewEnum(graphql.EnumConfig{Name: "Status"})

func schema() (graphql.Schema, error) {
	fields := graphql.Fields{
		"customers": &graphql.Field{ // expect: graphql/list-field-unpaged
			Type: graphql.NewNonNull(graphql.NewList(graphql.NewNonNull(customerType))),
			Args: graphql.FieldConfigArgument{
				"name": &graphql.ArgumentConfig{Type: graphql.String},
			},
			Resolve: customers,
		},
		"customer": &graphql.Field{Type: customerType, Resolve: customer},
		"states":   &graphql.Field{Type: graphql.NewList(statusEnum), Resolve: states},
		"orders":   &graphql.Field{Type: orderConnection, Resolve: orders},
		"found": &graphql.Field{
			Type: graphql.NewList(customerType),
			Args: graphql.FieldConfigArgument{
				"limit": &graphql.ArgumentConfig{Type: graphql.Int},
			},
			Resolve: found,
		},
		"chosen": &graphql.Field{
			Type:    graphql.NewList(customerType),
			Args:    pageArguments,
			Resolve: chosen,
		},
	}
	root := graphql.ObjectConfig{Name: "RootQuery", Fields: fields}
	return graphql.NewSchema(graphql.SchemaConfig{Query: graphql.NewObject(root)})
}

var customerType = graphql.NewObject(graphql.ObjectConfig{
	Name: "Customer",
	Fields: graphql.Fields{
		"orders": &graphql.Field{Type: graphql.NewList(orderType)},
	},
})

func more(query *graphql.Object) {
	query.AddFieldConfig("shops", &graphql.Field{Type: graphql.NewList(shopType), Resolve: shops}) // expect: graphql/list-field-unpaged
}
