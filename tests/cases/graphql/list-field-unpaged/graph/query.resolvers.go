package graph

import (
	"context"

	"example.com/shop/graph/model"
	"gorm.io/gorm"
)

type Resolver struct{ DB *gorm.DB }

type queryResolver struct{ *Resolver }

func (r *queryResolver) Orders(ctx context.Context) ([]*model.Order, error) { // expect: graphql/list-field-unpaged
	var orders []*model.Order
	if err := r.DB.WithContext(ctx).Find(&orders).Error; err != nil {
		return nil, err
	}
	return orders, nil
}

func (r *queryResolver) Shops(ctx context.Context, region string) ([]model.Shop, error) { // expect: graphql/list-field-unpaged
	return r.shops.List(ctx)
}

func (r *queryResolver) Latest(ctx context.Context) ([]*model.Order, error) {
	var orders []*model.Order
	err := r.DB.Order("id desc").Limit(10).Find(&orders).Error
	return orders, err
}

func (r *queryResolver) Customers(ctx context.Context, first *int) ([]*model.Customer, error) {
	return r.customers.All(ctx)
}

func (r *queryResolver) Names(ctx context.Context) ([]string, error) {
	return r.customers.All(ctx)
}

func (r *queryResolver) Held(ctx context.Context) ([]*model.Order, error) {
	return r.held, nil
}

func (r *orderResolver) Lines(ctx context.Context, order *model.Order) ([]*model.Line, error) {
	return r.lines.All(ctx)
}
